package parley.edge.http;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import parley.edge.connection.ConnectionLimits;
import parley.edge.connection.PendingLimits;
import parley.edge.engineio.Origins;
import parley.process.ListenAddress;
import parley.process.Settings;

/// What is served over HTTP, where and to whom.
///
/// @param listen address of HTTP and WebSocket
/// @param connections what each may take
/// @param pending how much clients may have begun to say
/// @param origins of pages that may connect
/// @param demo the page
/// @param strictReadiness an edge without presence is not ready
public record HttpConfig(
    ListenAddress listen,
    ConnectionLimits connections,
    PendingLimits pending,
    Origins origins,
    Demonstration demo,
    boolean strictReadiness) {

  private static final System.Logger LOG = System.getLogger(HttpConfig.class.getName());

  /// The demo page.
  ///
  /// @param enabled serves the page, and tokens to anybody
  /// @param users offered on the page
  /// @param clientFolder where the official client's file was put at build time; empty = none
  public record Demonstration(boolean enabled, List<String> users, String clientFolder) {}

  /// @param largest bytes of a client's message
  /// @throws IllegalArgumentException naming the setting that is wrong
  public static HttpConfig from(Settings settings, int largest) {
    return new HttpConfig(
        ListenAddress.from(settings, "SOCKET", "0.0.0.0", 3001),
        ConnectionLimits.from(settings),
        PendingLimits.from(settings, largest),
        new Origins(pages(settings), hosts(settings)),
        new Demonstration(
            settings.flag("DEMO_ENABLED", false),
            settings.list("DEMO_USERS", "ana,ben,cleo,dan"),
            settings.text("DEMO_CLIENT_FOLDER", "")),
        settings.flag("READY_STRICT", false));
  }

  private static Set<String> hosts(Settings settings) {
    return settings.list("SOCKET_HOSTS", "").stream()
        .map(name -> name.toLowerCase(Locale.ROOT))
        .collect(Collectors.toUnmodifiableSet());
  }

  private static Set<String> pages(Settings settings) {
    Set<String> pages =
        Stream.concat(
                settings.list("FRONTEND_URL", "http://localhost:3000").stream(),
                settings.list("CORS_ORIGIN", "").stream())
            .collect(Collectors.toUnmodifiableSet());
    pages.stream()
        .filter(page -> !Origins.canMatch(page))
        .forEach(
            page ->
                LOG.log(
                    System.Logger.Level.WARNING,
                    "no browser names \"{0}\" as its origin: FRONTEND_URL and CORS_ORIGIN take"
                        + " scheme://host:port, without a path",
                    page));
    return pages;
  }
}
