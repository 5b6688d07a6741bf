package parley.launcher;

import io.helidon.logging.common.LogConfig;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import parley.contract.InvalidIdException;
import parley.contract.UserId;
import parley.edge.auth.DemoTokens;
import parley.process.ServiceProcess;

/// `./parley`: starts Parley on this machine, or prints a token.
public final class LauncherMain {

  private static final long TOKEN_SECONDS = 24 * 3_600;
  private static final int TRAINING_SECONDS = 30;

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
      } else if (!arguments.isEmpty() && arguments.getFirst().equals("warm")) {
        warm(arguments.subList(1, arguments.size()));
      } else {
        run(Options.parse(arguments));
      }
    } catch (IllegalArgumentException e) {
      System.err.println("parley: " + e.getMessage() + "\n\n" + CommandLine.USAGE);
      System.exit(ServiceProcess.WRONG_SETTINGS);
    } catch (IOException e) {
      System.err.println("parley: " + e.getMessage());
      System.exit(ServiceProcess.FAILED);
    }
  }

  private static void token(List<String> arguments) {
    CommandLine.Named named = CommandLine.named(arguments, "token wants a user's name");
    Options options = Options.parse(named.flags());
    UserId user;
    try {
      user = new UserId(named.name());
    } catch (InvalidIdException e) {
      throw new IllegalArgumentException("a user's name is 1 to 100 of A-Za-z0-9_.:@=-", e);
    }
    long expires = Instant.now().getEpochSecond() + TOKEN_SECONDS;
    System.out.println(new DemoTokens(options.jwtSecret()).sign(user, expires));
  }

  private static void restart(List<String> arguments) throws IOException, InterruptedException {
    CommandLine.Named named = CommandLine.named(arguments, "restart wants the name of a node");
    Pids.restart(Options.parse(named.flags()), named.name());
    System.out.println(named.name() + " was ended and runs again.");
  }

  private static void warm(List<String> arguments) throws IOException, InterruptedException {
    int seconds = TRAINING_SECONDS;
    if (!arguments.isEmpty()) {
      seconds = CommandLine.number("warm", arguments.getFirst(), 3_600);
    }
    Training.run(seconds);
    System.out.println("Parley is warm.");
  }

  private static void run(Options options) {
    options.check();
    ServiceProcess.run("parley", settings -> new Launch(options));
  }
}
