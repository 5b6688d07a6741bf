package parley.launcher;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;

/// What the launcher was asked for.
///
/// @param edges how many
/// @param port of the first edge; the others follow
/// @param internalPort of core; presence, Redis and the store follow
/// @param data folder of the embedded stores and the logs
/// @param fresh empty the folder first
/// @param redis address of a Redis; empty = embedded
/// @param mongodb address of a MongoDB; empty = embedded
/// @param jwtSecret for HS256 tokens
/// @param serviceToken between services
/// @param open any valid token's user is created on first sight, any room on first join
/// @param rateLimit count events per user
/// @param oneJvm all services in this process
/// @param fsync the embedded store survives a crash of the machine too
/// @param clientFolder where the official Socket.IO client's file is; empty = none
public record Options(
    int edges,
    int port,
    int internalPort,
    Path data,
    boolean fresh,
    String redis,
    String mongodb,
    String jwtSecret,
    String serviceToken,
    boolean open,
    boolean rateLimit,
    boolean oneJvm,
    boolean fsync,
    String clientFolder) {

  /// A development secret: known to everybody, like the demo's users.
  static final String DEMO_SECRET = "parley-demo-secret";

  static final String USAGE =
      """
      usage: ./parley [flags]           start Parley on this machine
             ./parley token NAME        print a token for a user

        --edges N            edge nodes (2), on ports 3001 and on
        --port N             port of the first edge (3001)
        --internal-port N    port of core; presence, Redis and store follow (9101)
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
      """;

  /// The defaults.
  public static Options defaults() {
    return new Options(
        2,
        3001,
        9101,
        Path.of("data"),
        false,
        "",
        "",
        DEMO_SECRET,
        "parley-demo-token",
        false,
        true,
        false,
        false,
        System.getenv().getOrDefault("PARLEY_CLIENT_FOLDER", ""));
  }

  /// Reads flags.
  ///
  /// @throws IllegalArgumentException with words for whoever typed them
  static Options parse(List<String> arguments) {
    Options options = defaults();
    Queue<String> rest = new ArrayDeque<>(arguments);
    while (!rest.isEmpty()) {
      options = options.with(rest.remove(), rest);
    }
    return options;
  }

  private Options with(String flag, Queue<String> rest) {
    return switch (flag) {
      case "--edges" -> withEdges(number(flag, rest, 1, 16));
      case "--port" -> withPorts(number(flag, rest, 1, 65_000), internalPort);
      case "--internal-port" -> withPorts(port, number(flag, rest, 1, 65_000));
      case "--data" -> withData(Path.of(value(flag, rest)), fresh);
      case "--fresh" -> withData(data, true);
      case "--redis" -> withStores(value(flag, rest), mongodb);
      case "--mongodb" -> withStores(redis, value(flag, rest));
      case "--jwt-secret" -> withSecrets(value(flag, rest), serviceToken);
      case "--service-token" -> withSecrets(jwtSecret, value(flag, rest));
      case "--open" -> withModes(true, rateLimit, oneJvm, fsync);
      case "--rate-limit" -> withModes(open, onOff(flag, rest), oneJvm, fsync);
      case "--one-jvm" -> withModes(open, rateLimit, true, fsync);
      case "--fsync" -> withModes(open, rateLimit, oneJvm, true);
      default -> throw new IllegalArgumentException("unknown flag " + flag);
    };
  }

  /// With so many edges.
  public Options withEdges(int edges) {
    return new Options(
        edges,
        port,
        internalPort,
        data,
        fresh,
        redis,
        mongodb,
        jwtSecret,
        serviceToken,
        open,
        rateLimit,
        oneJvm,
        fsync,
        clientFolder);
  }

  /// With these ports.
  public Options withPorts(int port, int internalPort) {
    return new Options(
        edges,
        port,
        internalPort,
        data,
        fresh,
        redis,
        mongodb,
        jwtSecret,
        serviceToken,
        open,
        rateLimit,
        oneJvm,
        fsync,
        clientFolder);
  }

  /// With this folder.
  public Options withData(Path data, boolean fresh) {
    return new Options(
        edges,
        port,
        internalPort,
        data,
        fresh,
        redis,
        mongodb,
        jwtSecret,
        serviceToken,
        open,
        rateLimit,
        oneJvm,
        fsync,
        clientFolder);
  }

  /// With these stores instead of embedded ones.
  public Options withStores(String redis, String mongodb) {
    return new Options(
        edges,
        port,
        internalPort,
        data,
        fresh,
        redis,
        mongodb,
        jwtSecret,
        serviceToken,
        open,
        rateLimit,
        oneJvm,
        fsync,
        clientFolder);
  }

  /// With these secrets.
  public Options withSecrets(String jwtSecret, String serviceToken) {
    return new Options(
        edges,
        port,
        internalPort,
        data,
        fresh,
        redis,
        mongodb,
        jwtSecret,
        serviceToken,
        open,
        rateLimit,
        oneJvm,
        fsync,
        clientFolder);
  }

  /// With these ways of running.
  public Options withModes(boolean open, boolean rateLimit, boolean oneJvm, boolean fsync) {
    return new Options(
        edges,
        port,
        internalPort,
        data,
        fresh,
        redis,
        mongodb,
        jwtSecret,
        serviceToken,
        open,
        rateLimit,
        oneJvm,
        fsync,
        clientFolder);
  }

  int corePort() {
    return internalPort;
  }

  int presencePort() {
    return internalPort + 1;
  }

  int redisPort() {
    return internalPort + 2;
  }

  int storePort() {
    return internalPort + 3;
  }

  int edgePort(int index) {
    return port + index;
  }

  private static String value(String flag, Queue<String> rest) {
    String value = rest.poll();
    if (value == null || value.startsWith("--")) {
      throw new IllegalArgumentException(flag + " wants a value");
    }
    return value;
  }

  private static boolean onOff(String flag, Queue<String> rest) {
    return switch (value(flag, rest)) {
      case "on" -> true;
      case "off" -> false;
      default -> throw new IllegalArgumentException(flag + " wants on or off");
    };
  }

  private static int number(String flag, Queue<String> rest, int least, int most) {
    String value = value(flag, rest);
    try {
      int number = Integer.parseInt(value);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw new IllegalArgumentException(flag + " wants a number from " + least + " to " + most);
  }
}
