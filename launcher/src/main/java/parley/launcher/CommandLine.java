package parley.launcher;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;

/// The launcher's flags: which there are, what each takes, and what holds when it is not given.
final class CommandLine {

  /// Secrets for development: known to everybody, like the demo's users.
  private static final Map<String, String> DEFAULTS =
      Map.ofEntries(
          Map.entry("--edges", "2"),
          Map.entry("--cores", "1"),
          Map.entry("--presences", "1"),
          Map.entry("--port", "3001"),
          Map.entry("--internal-port", "9101"),
          Map.entry("--data", "data"),
          Map.entry("--fresh", "off"),
          Map.entry("--redis", ""),
          Map.entry("--mongodb", ""),
          Map.entry("--jwt-secret", "parley-demo-secret"),
          Map.entry("--service-token", "parley-demo-token"),
          Map.entry("--open", "off"),
          Map.entry("--rate-limit", "on"),
          Map.entry("--one-jvm", "off"),
          Map.entry("--fsync", "off"),
          Map.entry("--jvm", ""),
          Map.entry("--set", ""));

  /// Flags that stand alone.
  private static final Set<String> SWITCHES = Set.of("--fresh", "--open", "--one-jvm", "--fsync");

  static final String USAGE =
      """
      usage: ./parley [flags]           start Parley on this machine
             ./parley token NAME        print a token for a user
             ./parley restart NODE      end a node of the Parley that runs here, as an update
                                        does (edge-1, core, presence-2, ...); it starts again
             ./parley warm [SECONDS]    train the JVM under so many seconds of load (30), if
                                        that was not done for this build: the first minute
                                        of every process is faster then

        --edges N            edge nodes (2), on ports 3001 and on
        --cores N            core nodes (1)
        --presences N        presence nodes (1)
        --port N             port of the first edge (3001)
        --internal-port N    port of core; presence, Redis, store and further
                             nodes follow (9101)
        --data DIR           folder of the embedded stores and the logs (data)
        --fresh              remove what an earlier run left in that folder
        --redis URL          use this Redis instead of the embedded one
        --mongodb URI        use this MongoDB instead of the embedded one
        --jwt-secret S       secret of HS256 tokens (a demo secret)
        --service-token S    secret between services (a demo secret)
        --open               create users on first sight and rooms on first join
        --rate-limit on|off  count events per user (on)
        --one-jvm            all services in one process
        --fsync              sync every commit to the disk
        --jvm 'FLAGS'        more flags for every Java process, with spaces between them
        --set 'A=1;B=2'      settings of docs/configuration.md, for every service, or for
                             one node ('core-2.A=1')
      """;

  private CommandLine() {}

  /// Reads a command line.
  ///
  /// @return values by flag, each one that the flag takes
  /// @throws IllegalArgumentException with words for whoever typed it
  static Map<String, String> parse(List<String> arguments) {
    Map<String, String> given = new HashMap<>();
    Queue<String> rest = new ArrayDeque<>(arguments);
    while (!rest.isEmpty()) {
      String flag = rest.remove();
      String value = SWITCHES.contains(flag) ? "on" : valueOf(flag, rest.poll());
      check(flag, value);
      given.put(flag, value);
    }
    return given;
  }

  private static String valueOf(String flag, String next) {
    if (!DEFAULTS.containsKey(flag)) {
      throw new IllegalArgumentException("unknown flag " + flag);
    }
    if (next == null || next.startsWith("--")) {
      throw new IllegalArgumentException(flag + " wants a value");
    }
    return next;
  }

  /// What holds when a flag is not given.
  static String standard(String flag) {
    return DEFAULTS.getOrDefault(flag, "");
  }

  /// @throws IllegalArgumentException when there is no such flag, or it does not take the value
  static void check(String flag, String value) {
    switch (flag) {
      case "--edges", "--cores", "--presences" -> {
        var unused = number(flag, value, 16);
      }
      case "--port", "--internal-port" -> {
        var unused = number(flag, value, 65_000);
      }
      case "--rate-limit", "--fresh", "--open", "--one-jvm", "--fsync" -> {
        if (!value.equals("on") && !value.equals("off")) {
          throw new IllegalArgumentException(flag + " wants on or off");
        }
      }
      case "--set" -> {
        var unused = NodeSettings.parse(value);
      }
      default -> {
        if (!DEFAULTS.containsKey(flag)) {
          throw new IllegalArgumentException("unknown flag " + flag);
        }
      }
    }
  }

  /// @throws IllegalArgumentException when it is no number from 1 to `most`
  static int number(String flag, String value, int most) {
    try {
      int number = Integer.parseInt(value);
      if (number >= 1 && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw new IllegalArgumentException(flag + " wants a number from 1 to " + most);
  }
}
