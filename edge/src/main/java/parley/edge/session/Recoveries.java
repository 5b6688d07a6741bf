package parley.edge.session;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import parley.contract.RoomId;
import parley.edge.engineio.Handshake;
import parley.edge.recovery.Offset;
import parley.edge.recovery.RecoveryOffer;
import parley.edge.recovery.SaveListener;
import parley.edge.recovery.SavedConnections;
import parley.edge.recovery.Watermark;
import parley.edge.socketio.SocketIoSocket;
import parley.fanout.BusPublisher;
import parley.fanout.Topic;
import parley.proto.bus.BusEvent;
import parley.proto.bus.ConnectionTaken;
import parley.proto.recovery.SavedConnection;

/// The connections of this edge that can be continued, and the way to those of others. Methods say
/// where they block.
public final class Recoveries implements SavedConnections.Lasting {

  /// An edge that is asked to end and save a connection has so long.
  private static final long EVICTION_MILLIS = 500;

  /// Redis has so long to save that a connection enters a room, and four times as long to save that
  /// one goes on, without which it cannot.
  private static final Duration SAVE = Duration.ofMillis(250);

  private static final long FIRST_LOOK_MILLIS = 10;

  /// Remembered, so that their clients do not ask for the same again where Redis forgets nothing.
  private static final int MOST_GIVEN_UP = 10_000;

  /// An edge that was not heard of for so long is not waited for.
  private static final long DEAD_MILLIS = 3_000;

  private final String edgeId;
  private final SavedConnections store;
  private final Watermark watermark;
  private final BusPublisher bus;
  private final Duration longestSave;
  private final Map<String, ChatSession> sessions = new ConcurrentHashMap<>();
  private final Cache<String, Boolean> givenUp;

  public Recoveries(String edgeId, SavedConnections store, Watermark watermark, BusPublisher bus) {
    this(edgeId, store, watermark, bus, SAVE);
  }

  /// @param longestSave how long whoever enters a room waits for a saving
  Recoveries(
      String edgeId,
      SavedConnections store,
      Watermark watermark,
      BusPublisher bus,
      Duration longestSave) {
    this.edgeId = edgeId;
    this.store = store;
    this.watermark = watermark;
    this.bus = bus;
    this.longestSave = longestSave;
    this.givenUp =
        Caffeine.newBuilder()
            .maximumSize(MOST_GIVEN_UP)
            .expireAfterWrite(store.config().keep())
            .build();
  }

  /// A client asks to go on.
  ///
  /// @param saved of the connection that it names
  /// @param offset null when it heard no event of a room's log
  record Asked(String pid, SavedConnection saved, @Nullable Offset offset) {}

  String edgeId() {
    return edgeId;
  }

  long watermark() {
    return watermark.get();
  }

  SavedConnections store() {
    return store;
  }

  /// What is the client of this socket offered?
  RecoveryOffer offer(SocketIoSocket socket, JsonNode auth) {
    if (socket.session().isV3()) {
      return RecoveryOffer.NOTHING;
    }
    Handshake first = socket.session().handshake();
    JsonNode wish = auth.path("recovery");
    return store
        .config()
        .offer(
            first.header("user-agent"),
            first.header("sec-websocket-extensions"),
            auth.path("pid").isTextual(),
            wish.isBoolean() ? wish.booleanValue() : null);
  }

  /// What a client asks to go on with: its connection is ended, wherever it is, and saved. Blocks
  /// on Redis, and up to 500 ms for another edge.
  ///
  /// @return null when it asks for nothing, or for nothing that it can have
  @Nullable Asked asked(String user, JsonNode auth) {
    JsonNode pid = auth.path("pid");
    if (!pid.isTextual() || pid.textValue().isEmpty() || pid.textValue().length() > 64) {
      return null;
    }
    JsonNode given = auth.path("offset");
    Offset offset = given.isTextual() ? Offset.parse(given.textValue()) : null;
    if (given.isTextual() && offset == null) {
      return null;
    }
    SavedConnection saved = ended(user, pid.textValue());
    return saved == null ? null : new Asked(pid.textValue(), saved, offset);
  }

  private @Nullable SavedConnection ended(String user, String pid) {
    if (givenUp.getIfPresent(pid) != null) {
      return null;
    }
    ChatSession here = sessions.get(pid);
    if (here != null) {
      return here.userId().value().equals(user) ? here.taken() : null;
    }
    SavedConnection saved = store.find(pid);
    if (saved == null || !saved.getUserId().equals(user)) {
      return null;
    }
    if (saved.getEnded()) {
      return saved;
    }
    long silent = store.silentMillis(saved.getEdgeId());
    if (silent == Long.MAX_VALUE) {
      return null; // dead for longer than connections are kept
    }
    return silent > DEAD_MILLIS ? saved : evicted(user, pid, saved);
  }

  private SavedConnection evicted(String user, String pid, SavedConnection before) {
    ConnectionTaken.Builder taken =
        ConnectionTaken.newBuilder().setPid(pid).setEdgeId(before.getEdgeId());
    if (!edgeId.equals(before.getEdgeId())) { // else it ended here, and its last word is on its way
      bus.publish(
          new Topic.User(user),
          BusEvent.newBuilder().setConnectionTaken(taken).build().toByteArray());
    }
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(EVICTION_MILLIS);
    SavedConnection latest = before;
    long pause = FIRST_LOOK_MILLIS;
    try {
      while (!latest.getEnded() && System.nanoTime() - end < 0) {
        TimeUnit.MILLISECONDS.sleep(pause);
        pause = Math.min(pause * 2, 100); // many may come at once, of an edge that just died
        SavedConnection found = store.find(pid);
        latest = found == null ? latest : found;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return latest;
  }

  /// A client goes on elsewhere with a connection that this edge had. Must not block.
  ///
  /// @param edge that is asked for it
  void taken(String pid, String edge) {
    if (edge.equals(edgeId)) {
      taken(pid);
    }
  }

  /// A client of this edge has gone on elsewhere. Must not block.
  @Override
  public void taken(String pid) {
    ChatSession here = sessions.get(pid);
    if (here != null) {
      here.taken();
    }
  }

  /// A connection can be continued from now on. Of two that go on with the same one at the same
  /// time, the first ends: they would have one socket's id. (On two edges Redis decides.)
  void begin(String pid, ChatSession session) {
    ChatSession twin = sessions.put(pid, session);
    if (twin != null && twin != session) {
      twin.taken();
    }
  }

  /// It is about to enter a room: that is saved before its client is told so, if Redis is quick to
  /// do it. Blocks for a quarter of a second at most.
  void entering(ChatSession session, Continuity continuity, RoomId room, long since) {
    if (sessions.get(continuity.pid()) != session) {
      return;
    }
    var unused = saveNow(session, continuity, longestSave, continuity.entering(room, since));
  }

  /// It goes on with another connection, of which nothing that is saved must be used any more.
  /// Blocks for a second at most.
  ///
  /// @return false when it must not, for Redis may still have what was saved of that one
  boolean goesOn(ChatSession session, Continuity continuity) {
    begin(continuity.pid(), session);
    return saveNow(session, continuity, longestSave.multipliedBy(4), continuity.saving());
  }

  /// @return is it saved?
  private boolean saveNow(
      ChatSession session, Continuity continuity, Duration longest, SaveListener listener) {
    AtomicBoolean saved = new AtomicBoolean();
    CountDownLatch done = new CountDownLatch(1);
    store.save(
        continuity.pid(),
        () -> continuity.saved(session, false),
        listener,
        new SaveListener() {
          @Override
          public void saved() {
            saved.set(true);
            done.countDown();
          }

          @Override
          public void notSaved() {
            done.countDown();
          }
        });
    try {
      var unused = done.await(longest.toMillis(), TimeUnit.MILLISECONDS);
      return saved.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /// Its rooms are others now.
  void changed(ChatSession session, Continuity continuity) {
    if (sessions.get(continuity.pid()) == session) {
      store.save(continuity.pid(), () -> continuity.saved(session, false), continuity.saving());
    }
  }

  @Override
  public Collection<String> pids() {
    return sessions.keySet();
  }

  @Override
  public void saveAgain(String pid) {
    ChatSession here = sessions.get(pid);
    if (here != null) {
      here.recovery().saveAgain();
    }
  }

  /// It ended.
  ///
  /// @param goodbye the client said so itself, or was told to stay away
  void end(ChatSession session, Continuity continuity, boolean goodbye) {
    if (!sessions.remove(continuity.pid(), session)) {
      return;
    }
    if (goodbye) {
      giveUp(continuity.pid());
    } else {
      SavedConnection last = continuity.saved(session, true);
      store.save(continuity.pid(), () -> last);
    }
  }

  /// Nobody goes on with a connection any more.
  void giveUp(String pid) {
    givenUp.put(pid, true);
    store.forget(pid);
  }
}
