package parley.launcher;

import io.helidon.logging.common.LogConfig;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import parley.contract.InvalidIdException;
import parley.contract.UserId;
import parley.edge.auth.DemoTokens;

/// `./parley`: starts Parley on this machine, or prints a token.
public final class LauncherMain {

  private static final long TOKEN_SECONDS = 24 * 3_600;

  private LauncherMain() {}

  public static void main(String[] args) throws Exception {
    LogConfig.configureRuntime();
    List<String> arguments = List.of(args);
    if (arguments.contains("--help") || arguments.contains("-h")) {
      System.out.print(CommandLine.USAGE);
      return;
    }
    try {
      if (!arguments.isEmpty() && arguments.getFirst().equals("token")) {
        token(arguments.subList(1, arguments.size()));
      } else if (!arguments.isEmpty() && arguments.getFirst().equals("restart")) {
        restart(arguments.subList(1, arguments.size()));
      } else {
        run(Options.parse(arguments));
      }
    } catch (IllegalArgumentException e) {
      System.err.println("parley: " + e.getMessage() + "\n\n" + CommandLine.USAGE);
      System.exit(2);
    } catch (IOException e) {
      System.err.println("parley: " + e.getMessage());
      System.exit(1);
    }
  }

  private static void token(List<String> arguments) {
    if (arguments.isEmpty() || arguments.getFirst().startsWith("--")) {
      throw new IllegalArgumentException("token wants a user's name");
    }
    Options options = Options.parse(arguments.subList(1, arguments.size()));
    UserId user;
    try {
      user = new UserId(arguments.getFirst());
    } catch (InvalidIdException e) {
      throw new IllegalArgumentException("a user's name is 1 to 100 of A-Za-z0-9_.:@=-", e);
    }
    long expires = Instant.now().getEpochSecond() + TOKEN_SECONDS;
    System.out.println(new DemoTokens(options.jwtSecret()).sign(user, expires));
  }

  private static void restart(List<String> arguments) throws IOException, InterruptedException {
    if (arguments.isEmpty() || arguments.getFirst().startsWith("--")) {
      throw new IllegalArgumentException("restart wants the name of a node");
    }
    String node = arguments.getFirst();
    Pids.restart(Options.parse(arguments.subList(1, arguments.size())), node);
    System.out.println(node + " was ended and runs again.");
  }

  private static void run(Options options) throws IOException, InterruptedException {
    LocalCluster cluster = new LocalCluster(options);
    Runtime.getRuntime().addShutdownHook(new Thread(cluster::close, "shutdown"));
    System.out.println("Starting Parley ...");
    cluster.start();
    System.out.println("Parley is ready. Open these in two tabs and sign in as two users:");
    for (int i = 0; i < options.edges(); i++) {
      System.out.println("  edge " + (i + 1) + "    " + cluster.edgeUrl(i));
    }
    System.out.println("Internal API (gRPC)   127.0.0.1:" + options.ports().core(0));
    System.out.println("Users                 " + String.join(", ", Seeds.USERS));
    System.out.println("Logs                  " + options.data().resolve("logs"));
    System.out.println("Ctrl-C ends all of it.");
    Thread.currentThread().join();
  }
}
