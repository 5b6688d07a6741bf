package parley.edge.engineio;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.helidon.http.Headers;
import io.helidon.http.HttpPrologue;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import parley.edge.connection.PendingBytes;
import parley.edge.websocket.WebSocketListener;
import parley.edge.websocket.WebSocketUpgrade;
import parley.edge.websocket.WebSocketUpgrade.WebSocketRefusal;

/// The sessions on one path, over both transports: WebSockets come in here, polls by {@link
/// PollingEndpoint}.
public final class EngineServer implements WebSocketUpgrade.Acceptor {

  private static final int ID_BYTES = 15;

  /// A poll sent together with a goodbye arrives no later.
  private static final Duration LAST_POLL = Duration.ofSeconds(1);

  private static final int MOST_LEAVING = 10_000;

  private final EngineConfig config;
  private final Admission admission;
  private final Cors cors;
  private final Drainers drainers;
  private final Wheel wheel;
  private final PendingBytes pending;
  private final EngineListener.Factory upper;
  private final SecureRandom random = new SecureRandom();
  private final Map<String, EngineSession> sessions = new ConcurrentHashMap<>();
  private final Cache<String, Framing> leaving =
      Caffeine.newBuilder().maximumSize(MOST_LEAVING).expireAfterWrite(LAST_POLL).build();
  private volatile boolean stopping;
  private volatile int most = Integer.MAX_VALUE;

  /// @param pending counts what clients have begun to say
  public EngineServer(
      EngineConfig config,
      Origins origins,
      Drainers drainers,
      Wheel wheel,
      PendingBytes pending,
      EngineListener.Factory upper) {
    this.config = config;
    this.cors = new Cors(origins);
    this.admission = new Admission(this, origins);
    this.drainers = drainers;
    this.wheel = wheel;
    this.pending = pending;
    this.upper = upper;
  }

  /// What answers plain HTTP on the path, with and without its last slash.
  public PollingEndpoint polling() {
    return new PollingEndpoint(this, cors);
  }

  /// What lets pages read answers.
  public Cors cors() {
    return cors;
  }

  /// The path, with a slash at both ends.
  public String path() {
    return config.path();
  }

  /// From here on nobody new is let in; those who are stay.
  public void stopAccepting() {
    stopping = true;
  }

  boolean stopping() {
    return stopping;
  }

  /// So many sessions there may be, or a few more when many begin at once: one that polls needs no
  /// connection to live.
  public void permit(int sessions) {
    most = sessions;
  }

  boolean full() {
    return sessions.size() >= most;
  }

  /// Are there so many that those who do nothing have to go sooner? Above four fifths of the bound.
  public boolean crowded() {
    return sessions.size() * 5L > most * 4L;
  }

  /// Sessions that live, or are being told to go.
  public int sessions() {
    return sessions.size();
  }

  @Override
  public @Nullable WebSocketListener accept(
      HttpPrologue prologue, Headers headers, String remoteAddress) throws WebSocketRefusal {
    if (!serves(prologue.uriPath().path())) {
      return null;
    }
    try {
      Admission.Admitted admitted = admission.admit(prologue, headers, remoteAddress, true);
      EngineSession known = admitted.session();
      return known == null
          ? create(admitted.handshake(), true).firstWebSocket()
          : known.webSocketTransport(false);
    } catch (EngineRefusal e) {
      throw new WebSocketRefusal(e.reason().status(), e.reason().body());
    }
  }

  private boolean serves(String path) {
    return path.equals(config.path())
        || path.length() == config.path().length() - 1 && config.path().startsWith(path);
  }

  @Override
  public PendingBytes pending() {
    return pending;
  }

  @Override
  public boolean deflates() {
    return config.transports().deflate();
  }

  EngineSession create(Handshake handshake, boolean webSocket) {
    return new EngineSession(this, newId(), handshake, webSocket);
  }

  Admission admission() {
    return admission;
  }

  EngineConfig config() {
    return config;
  }

  Drainers drainers() {
    return drainers;
  }

  Wheel wheel() {
    return wheel;
  }

  EngineListener.Factory upper() {
    return upper;
  }

  @Nullable EngineSession find(String sid) {
    return sessions.get(sid);
  }

  void remember(EngineSession session) {
    sessions.put(session.sid(), session);
  }

  void forget(EngineSession session) {
    sessions.remove(session.sid(), session);
  }

  /// Its client said goodbye without a poll open: one may be on its way, and finds the session
  /// gone.
  void leaves(EngineSession session) {
    leaving.put(session.sid(), session.framing());
  }

  /// The framing of a session whose client has just said goodbye; once.
  @Nullable Framing left(String sid) {
    return leaving.asMap().remove(sid);
  }

  /// 15 random bytes, as the reference server's ids.
  private String newId() {
    byte[] bytes = new byte[ID_BYTES];
    random.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
