package parley.process;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.security.Security;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/// The process that this code runs in: how it starts, and what ends it.
///
/// Exit statuses: {@link #FAILED}, {@link #WRONG_SETTINGS}, {@link #FATAL}; after a signal the
/// JVM's own (143 for SIGTERM).
public final class ServiceProcess {

  /// It could not begin to serve (a port that is taken), or serves no longer.
  public static final int FAILED = 1;

  /// A setting is missing, wrong or unknown: starting it again does not help.
  public static final int WRONG_SETTINGS = 2;

  /// An error that nobody can go on from (`EX_SOFTWARE` of sysexits.h).
  public static final int FATAL = 70;

  private static final System.Logger LOG = System.getLogger(ServiceProcess.class.getName());
  private static final long LOOK_MILLIS = 250;
  private static final long LAST_SECONDS = 60;

  private ServiceProcess() {}

  /// Runs a service for as long as the process lives: reads the settings (environment and
  /// `parley.yaml`), starts it, closes it at SIGTERM, and ends the process when it cannot begin, or
  /// serves no longer. Never returns.
  ///
  /// @param name that words on standard error begin with
  /// @param make builds the service; wrong settings are an {@link IllegalArgumentException}
  public static void run(String name, Function<Settings, ? extends Service> make) {
    Thread.setDefaultUncaughtExceptionHandler(ServiceProcess::uncaught);
    lookNamesUpAgain();
    warnUnlessMemoryIsWatched();
    try {
      serve(name, made(name, make));
    } catch (WrongSettingException e) {
      refused(name, e, WRONG_SETTINGS);
    } catch (IOException e) {
      refused(name, e, FAILED);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      refused(name, e, FAILED);
    } catch (Throwable e) {
      fatal(e);
    }
  }

  /// The JVM remembers an address for 30 s, and that there is none for 10: on a platform that moves
  /// services, who connects again would go where nobody is.
  private static void lookNamesUpAgain() {
    Security.setProperty("networkaddress.cache.ttl", "5");
    Security.setProperty("networkaddress.cache.negative.ttl", "1");
  }

  private static Service made(String name, Function<Settings, ? extends Service> make) {
    try {
      return make.apply(Settings.load(Path.of("parley.yaml"), System.getenv()));
    } catch (IllegalArgumentException e) {
      refused(name, e, WRONG_SETTINGS);
      throw e; // not reached
    }
  }

  private static void serve(String name, Service service) throws IOException, InterruptedException {
    AtomicBoolean closing = new AtomicBoolean();
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  closing.set(true);
                  service.close();
                },
                "shutdown"));
    try {
      service.start();
    } catch (Throwable e) {
      if (closing.get()) {
        new CountDownLatch(1).await(); // it was closed under its hands; the hook ends the process
      }
      throw e;
    }
    while (service.serves()) {
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
    }
    if (!closing.get()) {
      System.err.println(name + ": no longer serves; the process ends");
      endWithin(LAST_SECONDS);
      System.exit(FAILED);
    }
  }

  /// Nothing was served: there is nobody to say goodbye to.
  private static void refused(String name, Exception e, int status) {
    System.err.println(name + ": " + e.getMessage());
    Runtime.getRuntime().halt(status);
  }

  /// Closing in order may hang as well.
  private static void endWithin(long seconds) {
    Thread.ofPlatform()
        .daemon()
        .name("last-resort")
        .start(
            () -> {
              try {
                TimeUnit.SECONDS.sleep(seconds);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              Runtime.getRuntime().halt(FAILED);
            });
  }

  private static void uncaught(Thread thread, Throwable thrown) {
    if (thrown instanceof Error) {
      fatal(thrown);
    }
    LOG.log(
        System.Logger.Level.ERROR,
        "thread " + thread.getName() + " failed, " + UUID.randomUUID(),
        thrown);
  }

  /// Memory may run out where a library swallows the error; only the JVM sees each of them.
  private static void warnUnlessMemoryIsWatched() {
    HotSpotDiagnosticMXBean jvm =
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
    if (jvm == null || !jvm.getVMOption("ExitOnOutOfMemoryError").getValue().equals("true")) {
      LOG.log(
          System.Logger.Level.WARNING,
          "started without -XX:+ExitOnOutOfMemoryError: out of memory, the process may live on"
              + " and serve nobody");
    }
  }

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
