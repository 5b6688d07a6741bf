package parley.process;

/// The process that this code runs in.
public final class ServiceProcess {

  /// Exit status after an error that nobody can go on from (`EX_SOFTWARE` of sysexits.h).
  public static final int FATAL = 70;

  private static final System.Logger LOG = System.getLogger(ServiceProcess.class.getName());

  private ServiceProcess() {}

  /// Ends the process at once, with status {@link #FATAL} and without shutdown hooks: after an
  /// {@link Error} (memory gone, a class that is missing) nobody can say what still works, and a
  /// supervisor starts a healthy process sooner than a damaged one says goodbye. What was
  /// acknowledged is durable. Never returns.
  public static void fatal(Throwable error) {
    try {
      System.err.println("fatal, the process ends: " + error);
      LOG.log(System.Logger.Level.ERROR, "fatal, the process ends", error);
    } finally {
      Runtime.getRuntime().halt(FATAL);
    }
  }
}
