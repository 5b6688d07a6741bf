package parley.edge.engineio;

import io.helidon.http.Headers;
import io.helidon.http.HttpPrologue;
import org.jspecify.annotations.Nullable;
import parley.edge.engineio.EngineRefusal.Reason;
import parley.process.RareWarning;

/// Which requests are let through: the reference server's rules, in its order, and the page's
/// Origin on both transports, which it leaves to applications.
final class Admission {

  /// A request that was let through.
  ///
  /// @param session the session that it names; null = it begins one
  record Admitted(Handshake handshake, @Nullable EngineSession session) {}

  private static final RareWarning FOREIGN =
      new RareWarning(System.getLogger(Admission.class.getName()));

  private static final int LONGEST_TOLD = 200;

  private final EngineServer server;
  private final Origins origins;

  Admission(EngineServer server, Origins origins) {
    this.server = server;
    this.origins = origins;
  }

  /// @param webSocket the request wants to become a WebSocket
  /// @throws EngineRefusal saying why it is not let through
  Admitted admit(HttpPrologue prologue, Headers headers, String remoteAddress, boolean webSocket)
      throws EngineRefusal {
    Handshake request = Handshake.of(prologue, headers, remoteAddress);
    String transport = request.parameter("transport");
    boolean known =
        transport.equals("polling") && server.config().transports().polling()
            || transport.equals("websocket") && server.config().transports().webSocket();
    if (!known) {
      throw new EngineRefusal(Reason.TRANSPORT_UNKNOWN);
    }
    String origin = request.header("origin");
    if (origin.chars().anyMatch(c -> c < ' ' || c > '~')) {
      throw new EngineRefusal(Reason.BAD_REQUEST);
    }
    EngineSession session = session(request, webSocket);
    if (session == null) {
      if (server.stopping()) {
        throw new EngineRefusal(Reason.STOPPING);
      }
      if (server.full()) {
        throw new EngineRefusal(Reason.TOO_MANY);
      }
      checkHandshake(prologue, transport, webSocket);
    }
    if (!origins.allowed(origin, request.header("host"))) {
      FOREIGN.warn(
          "a page of {0} may not connect to {1}: FRONTEND_URL and CORS_ORIGIN name those that may",
          shortened(origin), shortened(request.header("host")));
      throw new EngineRefusal(Reason.FORBIDDEN);
    }
    if (session == null && !speaks(request.parameter("EIO"))) {
      throw new EngineRefusal(Reason.UNSUPPORTED_VERSION);
    }
    return new Admitted(request, session);
  }

  private static String shortened(String named) {
    return named.length() > LONGEST_TOLD ? named.substring(0, LONGEST_TOLD) + "..." : named;
  }

  private @Nullable EngineSession session(Handshake request, boolean webSocket)
      throws EngineRefusal {
    String sid = request.parameter("sid");
    if (sid.isEmpty()) {
      return null;
    }
    EngineSession session = server.find(sid);
    if (session == null || session.over()) {
      throw new EngineRefusal(Reason.SESSION_UNKNOWN);
    }
    boolean polls = session.polling() != null;
    boolean sameVersion = Framing.of(request).isV3() == session.isV3();
    boolean wantsWebSocket = request.parameter("transport").equals("websocket");
    if (!sameVersion || wantsWebSocket != webSocket || !webSocket && !polls) {
      throw new EngineRefusal(Reason.BAD_REQUEST);
    }
    return session;
  }

  private static void checkHandshake(HttpPrologue prologue, String transport, boolean webSocket)
      throws EngineRefusal {
    if (!prologue.method().text().equals("GET")) {
      throw new EngineRefusal(Reason.BAD_METHOD);
    }
    if (transport.equals("websocket") != webSocket) {
      throw new EngineRefusal(Reason.BAD_REQUEST);
    }
  }

  private boolean speaks(String version) {
    return version.equals("4") || server.config().transports().eio3();
  }
}
