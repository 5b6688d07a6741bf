package parley.launcher;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.stream.Stream;

/// What the launcher was asked for: the flags that were given, over the defaults.
///
/// @param given values by flag
public record Options(Map<String, String> given) {

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

        --edges N            edge nodes (2), on ports 3001 and on
        --cores N            core nodes (1)
        --presences N        presence nodes (1)
        --port N             port of the first edge (3001)
        --internal-port N    port of core; presence, Redis, store and further
                             nodes follow (9101)
        --data DIR           folder of the embedded stores and the logs (data)
        --fresh              empty the folder first
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

  /// @throws IllegalArgumentException with words for whoever typed them
  public Options {
    given = Map.copyOf(given);
    for (Map.Entry<String, String> flag : given.entrySet()) {
      check(flag.getKey(), flag.getValue());
    }
  }

  /// Nothing was asked for.
  public static Options defaults() {
    return new Options(Map.of());
  }

  /// Reads a command line.
  ///
  /// @throws IllegalArgumentException with words for whoever typed it
  static Options parse(List<String> arguments) {
    Map<String, String> given = new HashMap<>();
    Queue<String> rest = new ArrayDeque<>(arguments);
    while (!rest.isEmpty()) {
      String flag = rest.remove();
      if (SWITCHES.contains(flag)) {
        given.put(flag, "on");
        continue;
      }
      if (!DEFAULTS.containsKey(flag)) {
        throw new IllegalArgumentException("unknown flag " + flag);
      }
      String value = rest.poll();
      if (value == null || value.startsWith("--")) {
        throw new IllegalArgumentException(flag + " wants a value");
      }
      given.put(flag, value);
    }
    return new Options(given);
  }

  private static void check(String flag, String value) {
    switch (flag) {
      case "--edges", "--cores", "--presences" -> number(flag, value, 16);
      case "--port", "--internal-port" -> number(flag, value, 65_000);
      case "--rate-limit", "--fresh", "--open", "--one-jvm", "--fsync" -> {
        if (!value.equals("on") && !value.equals("off")) {
          throw new IllegalArgumentException(flag + " wants on or off");
        }
      }
      case "--set" -> settings(value);
      default -> {
        if (!DEFAULTS.containsKey(flag)) {
          throw new IllegalArgumentException("unknown flag " + flag);
        }
      }
    }
  }

  private static Map<String, String> settings(String value) {
    Map<String, String> settings = new LinkedHashMap<>();
    for (String pair : value.split(";", -1)) {
      int equals = pair.indexOf('=');
      if (!pair.isBlank()) {
        if (equals < 1) {
          throw new IllegalArgumentException("--set wants NAME=VALUE, with ; between them");
        }
        settings.put(pair.substring(0, equals).trim(), pair.substring(equals + 1).trim());
      }
    }
    return settings;
  }

  /// Settings for a node, by the names of their environment variables: those for every service,
  /// over which those for it alone.
  Map<String, String> settings(String kind, int index) {
    Map<String, String> given = settings(value("--set"));
    String own = node(kind, index) + ".";
    Map<String, String> chosen = new LinkedHashMap<>();
    given.forEach(
        (name, value) -> chosen.computeIfAbsent(name, n -> n.contains(".") ? null : value));
    given.forEach(
        (name, value) -> {
          if (name.startsWith(own)) {
            chosen.put(name.substring(own.length()), value);
          }
        });
    return chosen;
  }

  /// What a node is called: `core`, `core-2`, `edge-1`, ...
  static String node(String kind, int index) {
    return index == 0 && !kind.equals("edge") ? kind : kind + "-" + (index + 1);
  }

  private static int number(String flag, String value, int most) {
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

  /// The same with one more flag.
  public Options with(String flag, String value) {
    Map<String, String> more = new HashMap<>(given);
    more.put(flag, value);
    return new Options(more);
  }

  private String value(String flag) {
    return given.getOrDefault(flag, DEFAULTS.getOrDefault(flag, ""));
  }

  private boolean on(String flag) {
    return value(flag).equals("on");
  }

  /// How many edges.
  public int edges() {
    return Integer.parseInt(value("--edges"));
  }

  /// Port of an edge, from 0.
  public int edgePort(int index) {
    return Integer.parseInt(value("--port")) + index;
  }

  /// How many core nodes.
  public int cores() {
    return Integer.parseInt(value("--cores"));
  }

  /// How many presence nodes.
  public int presences() {
    return Integer.parseInt(value("--presences"));
  }

  /// gRPC port of the first core node.
  public int corePort() {
    return Integer.parseInt(value("--internal-port"));
  }

  /// gRPC port of a core node, from 0.
  public int corePort(int index) {
    return index == 0 ? corePort() : storePort() + index;
  }

  /// gRPC port of the first presence node.
  public int presencePort() {
    return corePort() + 1;
  }

  /// gRPC port of a presence node, from 0.
  public int presencePort(int index) {
    return index == 0 ? presencePort() : storePort() + cores() - 1 + index;
  }

  public int redisPort() {
    return corePort() + 2;
  }

  public int storePort() {
    return corePort() + 3;
  }

  /// Folder of the embedded stores and the logs.
  public Path data() {
    return Path.of(value("--data"));
  }

  /// Empty the folder first.
  boolean fresh() {
    return on("--fresh");
  }

  /// Address of a Redis; empty = embedded.
  String redis() {
    return value("--redis");
  }

  /// Address of a MongoDB; empty = embedded.
  String mongodb() {
    return value("--mongodb");
  }

  /// For HS256 tokens.
  public String jwtSecret() {
    return value("--jwt-secret");
  }

  /// Between services.
  public String serviceToken() {
    return value("--service-token");
  }

  /// Any valid token's user is created on first sight, any room on first join.
  boolean open() {
    return on("--open");
  }

  /// Count events per user.
  boolean rateLimit() {
    return on("--rate-limit");
  }

  /// All services in this process.
  boolean oneJvm() {
    return on("--one-jvm");
  }

  /// The embedded store survives a crash of the machine too.
  boolean fsync() {
    return on("--fsync");
  }

  /// More flags for every Java process.
  List<String> jvm() {
    return Stream.of(value("--jvm").split(" ", -1)).filter(flag -> !flag.isBlank()).toList();
  }

  /// Where the script put the official client's file; empty = nowhere.
  static String clientFolder() {
    return System.getenv().getOrDefault("PARLEY_CLIENT_FOLDER", "");
  }
}
