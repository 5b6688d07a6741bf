package parley.presence.api;

import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import parley.contract.UserId;
import parley.fanout.TopicListener;
import parley.presence.user.UserPresences;
import parley.process.Backoff;
import parley.process.Worker;
import parley.proto.bus.BusEvent;
import parley.proto.bus.PresenceChanges;
import parley.proto.presence.PresenceChange;
import parley.proto.presence.UserPresence;
import redis.clients.jedis.exceptions.JedisException;

/// Callers that watch users, 1,000 at most: each hears of every change that the bus brings. When
/// the bus may have lost some, everything that is watched is read again. Safe for any thread; the
/// bus's is never blocked.
public final class Watchers implements TopicListener, AutoCloseable {

  private static final System.Logger LOG = System.getLogger(Watchers.class.getName());
  private static final int MOST = 1_000;
  private static final int READ_AT_ONCE = 500;
  private static final int NODES = 64;

  private final UserPresences presences;
  private final Set<Watch> watches = ConcurrentHashMap.newKeySet();
  private final Map<UserId, Set<Watch>> byUser = new ConcurrentHashMap<>();
  private final Map<String, Long> numbers = new HashMap<>(); // by node; the bus thread's
  private final Semaphore missed = new Semaphore(0);
  private final Backoff backoff = new Backoff(); // the worker's
  private final Worker worker = Worker.thread("watched-again", this::turn);

  public Watchers(UserPresences presences) {
    this.presences = presences;
  }

  /// Begins.
  public void start() {
    worker.start();
  }

  /// Has a caller hear what is shown of these users, and of every change, until it ends the call.
  /// Blocks on Redis.
  ///
  /// @throws JedisException when Redis fails: nothing is watched then
  void watch(List<UserId> users, ServerCallStreamObserver<UserPresence> caller) {
    Watch watch = new Watch(caller, users);
    if (watches.size() >= MOST) {
      watch.end(Status.RESOURCE_EXHAUSTED.withDescription("too many watch here"));
      return;
    }
    caller.setOnCancelHandler(() -> forget(watch));
    caller.setOnReadyHandler(watch::flush);
    watches.add(watch);
    watch.users().forEach(user -> add(user, watch));
    try {
      presences.of(users).forEach(watch::tell);
    } catch (JedisException e) {
      forget(watch);
      throw e;
    }
    if (caller.isCancelled()) {
      forget(watch); // before it was registered
    }
  }

  private void add(UserId user, Watch watch) {
    byUser.compute(
        user,
        (u, known) -> {
          Set<Watch> all = known == null ? ConcurrentHashMap.newKeySet(1) : known;
          all.add(watch);
          return all;
        });
  }

  private void forget(Watch watch) {
    watches.remove(watch);
    for (UserId user : watch.users()) {
      byUser.computeIfPresent(
          user,
          (u, known) -> {
            known.remove(watch);
            return known.isEmpty() ? null : known;
          });
    }
  }

  /// How many watch, for tests and health.
  int size() {
    return watches.size();
  }

  /// How many users are watched.
  int users() {
    return byUser.size();
  }

  @Override
  public void event(byte[] payload) {
    try {
      PresenceChanges published = BusEvent.parseFrom(payload).getPresence();
      for (PresenceChange change : published.getChangesList()) {
        tell(change.getPresence());
      }
      if (isHole(published)) {
        missed.release();
      }
    } catch (InvalidProtocolBufferException e) {
      LOG.log(System.Logger.Level.DEBUG, "no publication of ours", e);
    }
  }

  private boolean isHole(PresenceChanges published) {
    if (numbers.size() >= NODES && !numbers.containsKey(published.getNodeId())) {
      numbers.clear();
    }
    Long before = numbers.put(published.getNodeId(), published.getNumber());
    return before != null && published.getNumber() > before + 1;
  }

  private void tell(UserPresence presence) {
    for (Watch watch : byUser.getOrDefault(new UserId(presence.getUserId()), Set.of())) {
      if (!watch.tell(presence)) {
        forget(watch);
      }
    }
  }

  @Override
  public void begun(long epoch) {
    missed.release();
  }

  @Override
  public void broken() {
    numbers.clear();
  }

  private void turn() throws InterruptedException {
    missed.acquire();
    missed.drainPermits();
    try {
      List<UserId> all = new ArrayList<>(byUser.keySet());
      for (int from = 0; from < all.size(); from += READ_AT_ONCE) {
        presences
            .of(all.subList(from, Math.min(all.size(), from + READ_AT_ONCE)))
            .forEach(this::tell);
      }
      backoff.reset();
    } catch (JedisException e) {
      LOG.log(System.Logger.Level.DEBUG, "Redis failed; read a little later", e);
      missed.release();
      TimeUnit.MILLISECONDS.sleep(backoff.next().toMillis());
    }
  }

  @Override
  public void close() {
    worker.close();
    watches.forEach(watch -> watch.end(Status.UNAVAILABLE.withDescription("presence is stopping")));
  }
}
