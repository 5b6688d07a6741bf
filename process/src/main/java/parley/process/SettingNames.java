package parley.process;

import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// The names of all settings of all services. One file and one environment may serve several
/// services, so each knows the others' names; what no service knows is misspelt.
final class SettingNames {

  private static final Set<String> KNOWN =
      names(
          """
          REDIS_URL REDIS_PASSWORD REDIS_DB REDIS_BUS_URL FANOUT SERVICE_TOKEN
          SOCKET_HOST SOCKET_PORT SOCKET_PATH SOCKET_TRANSPORTS SOCKET_NAMESPACES
          SOCKET_MAX_CONNECTIONS SOCKET_HEAD_TIMEOUT SOCKET_BODY_TIMEOUT SOCKET_KEEP_ALIVE
          SOCKET_REQUEST_LINE
          SOCKET_PING_INTERVAL SOCKET_PING_TIMEOUT SOCKET_UPGRADE_TIMEOUT SOCKET_CONNECT_TIMEOUT
          SOCKET_MAX_HTTP_BUFFER_SIZE SOCKET_MAX_ATTACHMENTS SOCKET_MAX_ROOMS
          SOCKET_PER_MESSAGE_DEFLATE SOCKET_MAX_VALUES SOCKET_PENDING_BYTES SOCKET_PENDING_BYTES_EACH
          SOCKET_CONNECT_TIMEOUT_CROWDED SOCKET_CONNECT_REFUSALS SOCKET_CONNECT_BYTES SOCKET_HOSTS
          SOCKET_COMPRESSION_THRESHOLD SOCKET_COOKIE SOCKET_ALLOW_EIO3 SOCKET_OUTBOX_BYTES
          FRONTEND_URL CORS_ORIGIN JWT_SECRET JWT_JWKS_URI JWT_ISSUER JWT_AUDIENCE
          JWT_EXPIRY_REQUIRED READY_STRICT
          SOCKET_RATE_LIMIT_ENABLED SOCKET_RATE_LIMIT_MESSAGES SOCKET_RATE_LIMIT_OTHERS
          SOCKET_RATE_LIMIT_WINDOW SOCKET_RATE_LIMIT_FAIL_OPEN
          RECOVERY_ENABLED RECOVERY_KEEP RECOVERY_EVENTS RECOVERY_BYTES RECOVERY_UNAWARE_AGENTS
          DRAIN_NOTICE DRAIN_RATE DRAIN_LIMIT CORE_ADDRESSES CORE_STREAMS PRESENCE_ADDRESSES
          PRESENCE_AUDIENCE ATTACHMENT_SCHEMES SANITISE_OUTPUT DEMO_ENABLED DEMO_USERS
          DEMO_CLIENT_FOLDER
          CORE_HOST CORE_PORT MONGODB_URI MONGODB_ALLOW_WEAK OPEN_USERS OPEN_ROOMS
          CORE_COMMITS_IN_FLIGHT PRESENCE_LARGE_ROOM RECEIPTS_AUDIENCE RECEIPTS_TTL CORE_RETENTION
          PRESENCE_HOST PRESENCE_PORT PRESENCE_LEASE PRESENCE_GRACE TYPING_EXPIRY PRESENCE_KEY_TTL
          """);

  /// Names that Parley's designs give, which are taken although nothing is built on them yet: an
  /// environment that was written for a design is not refused.
  private static final Set<String> DESIGNED = names("SOCKET_MAX_CONNECTIONS_PER_IP CSRF_SECRET");

  private static final Pattern OURS =
      Pattern.compile(
          "(SOCKET|CORE|PRESENCE|JWT|REDIS|RECOVERY|DRAIN|RECEIPTS|TYPING|MONGODB|ATTACHMENT|DEMO"
              + "|SANITISE)_.*|FANOUT.*|SERVICE_TOKEN.*|OPEN_(USER|ROOM).*");

  /// What Kubernetes (service links) and Docker (links) put into the environment of every process
  /// for each service that they know, one named `core` or `redis` among them.
  private static final Pattern LINK =
      Pattern.compile(
          ".+_SERVICE_HOST|.+_SERVICE_PORT(_.+)?"
              + "|.+_PORT_\\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?");

  private static final Pattern LINK_ADDRESS = Pattern.compile("(tcp|udp|sctp)://.*");

  private SettingNames() {}

  static boolean known(String name) {
    return KNOWN.contains(name) || DESIGNED.contains(name);
  }

  /// All names of settings; not those that are merely taken.
  static Set<String> all() {
    return KNOWN;
  }

  /// True when a variable of the environment is named as if it were a setting, and is none.
  static boolean misspelt(String variable) {
    return OURS.matcher(variable).matches() && !known(variable);
  }

  /// True when a variable of the environment says where a platform has another service: `CORE_PORT`
  /// is one with the value `tcp://10.0.0.1:50051`, and a setting with the value `9101`.
  static boolean isLink(String variable, String value) {
    return LINK.matcher(variable).matches()
        || variable.endsWith("_PORT") && LINK_ADDRESS.matcher(value).matches();
  }

  /// The key of a file.
  static String key(String name) {
    return name.toLowerCase(Locale.ROOT).replace('_', '.');
  }

  /// The name that a key of a file stands for.
  static String name(String key) {
    return key.toUpperCase(Locale.ROOT).replace('.', '_');
  }

  /// The name that was probably meant: at most three letters away.
  static Optional<String> near(String name) {
    return KNOWN.stream()
        .filter(other -> distance(name, other) <= 3)
        .min(Comparator.comparingInt(other -> distance(name, other)));
  }

  /// Levenshtein's.
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int same = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(same, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }

  private static Set<String> names(String words) {
    return new TreeSet<>(Set.of(words.strip().split("\\s+")));
  }
}
