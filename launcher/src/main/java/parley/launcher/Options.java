package parley.launcher;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// What the launcher was asked for: the flags that were given, over the defaults.
///
/// @param given values by flag
public record Options(Map<String, String> given) {

  /// @throws IllegalArgumentException with words for whoever typed them
  public Options {
    given = Map.copyOf(given);
    given.forEach(CommandLine::check);
  }

  /// Nothing was asked for.
  public static Options defaults() {
    return new Options(Map.of());
  }

  /// Reads a command line.
  ///
  /// @throws IllegalArgumentException with words for whoever typed it
  static Options parse(List<String> arguments) {
    return new Options(CommandLine.parse(arguments));
  }

  /// Do the flags fit together?
  ///
  /// @throws IllegalArgumentException with words for whoever typed them
  void check() {
    var unused = ports().byOwner();
    for (String node : NodeSettings.parse(value("--set")).nodes()) {
      if (!nodes().contains(node)) {
        throw new IllegalArgumentException("--set names " + node + "; there are " + nodes());
      }
    }
  }

  /// All that are started, without the stores.
  private List<String> nodes() {
    List<String> nodes = new ArrayList<>();
    Map.of("core", cores(), "presence", presences(), "edge", edges())
        .forEach((kind, count) -> IntStream.range(0, count).forEach(i -> nodes.add(node(kind, i))));
    return nodes.stream().sorted().toList();
  }

  /// Settings for a node, by the names of their environment variables.
  Map<String, String> settings(String kind, int index) {
    return NodeSettings.parse(value("--set")).of(node(kind, index));
  }

  /// What a node is called: `core`, `core-2`, `edge-1`, ...
  static String node(String kind, int index) {
    return index == 0 && !kind.equals("edge") ? kind : kind + "-" + (index + 1);
  }

  /// The same with one more flag.
  public Options with(String flag, String value) {
    Map<String, String> more = new HashMap<>(given);
    more.put(flag, value);
    return new Options(more);
  }

  private String value(String flag) {
    return given.getOrDefault(flag, CommandLine.standard(flag));
  }

  private boolean on(String flag) {
    return value(flag).equals("on");
  }

  /// How many edges.
  public int edges() {
    return Integer.parseInt(value("--edges"));
  }

  /// How many core nodes.
  public int cores() {
    return Integer.parseInt(value("--cores"));
  }

  /// How many presence nodes.
  public int presences() {
    return Integer.parseInt(value("--presences"));
  }

  /// Which port everything has.
  public Ports ports() {
    return new Ports(
        Integer.parseInt(value("--port")),
        Integer.parseInt(value("--internal-port")),
        edges(),
        cores(),
        presences());
  }

  /// Folder of the embedded stores and the logs.
  public Path data() {
    return Path.of(value("--data"));
  }

  /// Remove first what an earlier run left in the folder.
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
