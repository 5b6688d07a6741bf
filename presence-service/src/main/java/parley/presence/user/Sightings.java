package parley.presence.user;

import io.grpc.ManagedChannel;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import parley.contract.ServiceToken;
import parley.process.Backoff;
import parley.process.Worker;
import parley.proto.api.RecordSightingsRequest;
import parley.proto.api.Sighting;
import parley.proto.api.SightingsGrpc;
import parley.proto.presence.PresenceChange;
import parley.proto.presence.Status;

/// Has core store who is online and when users were last seen: the newest of each user, once a
/// second, for as long as core takes none. What core refuses is dropped, and keeps nothing else.
/// Bounded: beyond 100,000 users the oldest are forgotten.
public final class Sightings implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(Sightings.class.getName());
  private static final int WAITING = 100_000;
  private static final int IN_A_CALL = 1_000;

  /// So often core may fail over the same sightings, through a fault of its own, until they count
  /// as refused.
  private static final int FAULTS = 3;

  private final Map<String, Sighting> waiting = new LinkedHashMap<>(); // guarded by itself
  private final List<ManagedChannel> channels;
  private final ServiceToken token;
  private final Worker worker = Worker.every("sightings", Duration.ofSeconds(1), this::turn);
  private final Backoff backoff = new Backoff(); // the worker's
  private int next; // the worker's

  /// @param coreAddresses of core's nodes; empty = nothing is stored
  public Sightings(List<String> coreAddresses, ServiceToken token) {
    this.token = token;
    this.channels =
        coreAddresses.stream()
            .<ManagedChannel>map(
                address -> NettyChannelBuilder.forTarget(address).usePlaintext().build())
            .toList();
  }

  /// Begins.
  public void start() {
    worker.start();
  }

  /// Notes a change.
  void note(PresenceChange change) {
    if (channels.isEmpty() || !change.getCameOrWent()) {
      return;
    }
    boolean online = change.getPresence().getStatus() != Status.OFFLINE;
    Sighting sighting =
        Sighting.newBuilder()
            .setUserId(change.getPresence().getUserId())
            .setOnline(online)
            .setSeenAtMs(online ? System.currentTimeMillis() : change.getPresence().getLastSeenMs())
            .setVersion(change.getPresence().getVersion())
            .build();
    synchronized (waiting) {
      if (waiting.size() >= WAITING && !waiting.containsKey(sighting.getUserId())) {
        waiting.remove(waiting.keySet().iterator().next());
      }
      waiting.merge(
          sighting.getUserId(),
          sighting,
          (older, newer) -> newer.getVersion() > older.getVersion() ? newer : older);
    }
  }

  private void turn() throws InterruptedException {
    List<Sighting> batch = take();
    while (!batch.isEmpty()) {
      send(batch);
      batch = take();
    }
  }

  private List<Sighting> take() {
    synchronized (waiting) {
      List<Sighting> batch = new ArrayList<>(waiting.values());
      List<Sighting> taken = batch.subList(0, Math.min(IN_A_CALL, batch.size()));
      taken.forEach(sighting -> waiting.remove(sighting.getUserId()));
      return List.copyOf(taken);
    }
  }

  /// Until core has them, or has refused them: a repeat, or an order that got mixed up, changes
  /// nothing there.
  private void send(List<Sighting> batch) throws InterruptedException {
    int faults = 0;
    while (true) {
      try {
        record(batch);
        backoff.reset();
        return;
      } catch (StatusRuntimeException e) {
        if (Thread.currentThread().isInterrupted()) {
          throw new InterruptedException();
        }
        Code code = e.getStatus().getCode();
        faults += code == Code.INTERNAL || code == Code.UNKNOWN ? 1 : 0;
        if (code == Code.INVALID_ARGUMENT || faults == FAULTS) {
          refused(batch, e);
          return;
        }
        LOG.log(level(code), "core stores no sightings now: {0}", e.getStatus());
        TimeUnit.MILLISECONDS.sleep(backoff.next().toMillis());
      }
    }
  }

  private void record(List<Sighting> batch) {
    ManagedChannel channel = channels.get(Math.floorMod(next++, channels.size()));
    channel.resetConnectBackoff(); // which grows to two minutes by itself
    var unused =
        SightingsGrpc.newBlockingStub(channel)
            .withCallCredentials(token.credentials())
            .withDeadlineAfter(5, TimeUnit.SECONDS)
            .recordSightings(RecordSightingsRequest.newBuilder().addAllSightings(batch).build());
  }

  /// One of them is to blame: the others are stored without it.
  private void refused(List<Sighting> batch, StatusRuntimeException e) throws InterruptedException {
    if (batch.size() > 1) {
      int half = batch.size() / 2;
      send(batch.subList(0, half));
      send(batch.subList(half, batch.size()));
    } else {
      LOG.log(
          System.Logger.Level.ERROR,
          "core refuses when {0} was seen, {1}: {2}",
          batch.getFirst().getUserId(),
          UUID.randomUUID(),
          e.getStatus());
    }
  }

  /// What does not pass by itself (a token that is none there) somebody has to see.
  private static System.Logger.Level level(Code code) {
    return switch (code) {
      case UNAVAILABLE, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED -> System.Logger.Level.DEBUG;
      default -> System.Logger.Level.WARNING;
    };
  }

  @Override
  public void close() {
    worker.close();
    channels.forEach(ManagedChannel::shutdownNow);
  }
}
