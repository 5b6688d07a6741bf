package parley.edge.engineio;

import io.helidon.http.Header;
import io.helidon.http.HttpPrologue;
import io.helidon.http.WritableHeaders;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import parley.edge.websocket.WebSocketListener;
import parley.edge.websocket.WebSocketUpgrade;
import parley.edge.websocket.WebSocketUpgrade.WebSocketRefusal;

/// Accepts sessions on the configured path. Errors are Engine.IO's: `{"code":N,"message":"..."}`.
public final class EngineServer implements WebSocketUpgrade.Acceptor {

  /// Engine.IO's refusals, as its protocol numbers them.
  public static final String TRANSPORT_UNKNOWN = "{\"code\":0,\"message\":\"Transport unknown\"}";

  private static final String SESSION_UNKNOWN = "{\"code\":1,\"message\":\"Session ID unknown\"}";
  private static final String BAD_REQUEST = "{\"code\":3,\"message\":\"Bad request\"}";
  private static final String FORBIDDEN = "{\"code\":4,\"message\":\"Forbidden\"}";
  private static final String UNSUPPORTED =
      "{\"code\":5,\"message\":\"Unsupported protocol version\"}";
  private static final int ID_BYTES = 15;

  private final EngineConfig config;
  private final Origins origins;
  private final Drainers drainers;
  private final Heartbeats heartbeats;
  private final EngineListener.Factory upper;
  private final SecureRandom random = new SecureRandom();

  public EngineServer(
      EngineConfig config,
      Origins origins,
      Drainers drainers,
      Heartbeats heartbeats,
      EngineListener.Factory upper) {
    this.config = config;
    this.origins = origins;
    this.drainers = drainers;
    this.heartbeats = heartbeats;
    this.upper = upper;
  }

  @Override
  public @Nullable WebSocketListener accept(HttpPrologue prologue, WritableHeaders<?> headers)
      throws WebSocketRefusal {
    if (!prologue.uriPath().path().equals(config.path())) {
      return null;
    }
    Handshake handshake = handshake(prologue, headers);
    check(handshake);
    return new EngineSession(newId(), handshake, config, drainers, heartbeats, upper);
  }

  private void check(Handshake handshake) throws WebSocketRefusal {
    if (!handshake.parameter("transport").equals("websocket")) {
      throw new WebSocketRefusal(400, TRANSPORT_UNKNOWN);
    }
    String origin = handshake.header("origin");
    if (origin.chars().anyMatch(c -> c < ' ' || c > '~')) {
      throw new WebSocketRefusal(400, BAD_REQUEST);
    }
    if (!handshake.parameter("sid").isEmpty()) {
      throw new WebSocketRefusal(400, SESSION_UNKNOWN);
    }
    if (!origins.allowed(origin, handshake.header("host"))) {
      throw new WebSocketRefusal(403, FORBIDDEN);
    }
    if (!handshake.parameter("EIO").equals("4")) {
      throw new WebSocketRefusal(400, UNSUPPORTED);
    }
  }

  private static Handshake handshake(HttpPrologue prologue, WritableHeaders<?> headers) {
    Map<String, String> byName = new HashMap<>();
    for (Header header : headers) {
      byName.put(header.name().toLowerCase(Locale.ROOT), header.get());
    }
    Map<String, String> query = new HashMap<>();
    for (String name : prologue.query().names()) {
      query.put(name, prologue.query().first(name).orElse(""));
    }
    return new Handshake(Map.copyOf(byName), Map.copyOf(query));
  }

  /// 15 random bytes, as the reference server's ids.
  private String newId() {
    byte[] bytes = new byte[ID_BYTES];
    random.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
