package parley.core.relay;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import parley.contract.RoomId;
import parley.core.log.RoomLog;
import parley.core.user.UserFeeds;
import parley.process.Worker;
import parley.proto.relay.CoreFrame;
import parley.proto.relay.CoreRelayGrpc;
import parley.proto.relay.EdgeFrame;
import parley.proto.relay.Heads;
import parley.proto.relay.RoomHead;
import parley.proto.relay.UserHead;

/// Accepts the streams of edges, and tells all of them every 500 ms where rooms stand that this
/// node appended to, and users' feeds.
public final class EdgeRelayService extends CoreRelayGrpc.CoreRelayImplBase
    implements AutoCloseable {

  private static final Duration TICK = Duration.ofMillis(500);
  private static final Duration STUCK = Duration.ofSeconds(30);

  private final Requests requests;
  private final RoomLog log;
  private final UserFeeds feeds;
  private final @Nullable Followers followers;
  private final Set<EdgeStream> streams = ConcurrentHashMap.newKeySet();
  private final Worker clock = Worker.every("heads", TICK, this::tellHeads).within(STUCK);

  /// @param followers null = events of rooms go through the bus
  public EdgeRelayService(
      Requests requests, RoomLog log, UserFeeds feeds, @Nullable Followers followers) {
    this.followers = followers;
    this.feeds = feeds;
    this.requests = requests;
    this.log = log;
  }

  /// Begins to tell heads.
  public void start() {
    clock.start();
  }

  @Override
  public StreamObserver<EdgeFrame> relay(StreamObserver<CoreFrame> responses) {
    EdgeStream stream =
        new EdgeStream(
            (ServerCallStreamObserver<CoreFrame>) responses, requests, followers, streams::remove);
    streams.add(stream);
    return stream;
  }

  private void tellHeads() {
    long clock = log.toldClock(); // before the heads: what is committed in between is newer
    Map<RoomId, Long> heads = log.takeRecentHeads();
    Heads.Builder told = Heads.newBuilder().setClockMs(clock);
    heads.forEach(
        (room, seq) -> told.addRooms(RoomHead.newBuilder().setRoomId(room.value()).setSeq(seq)));
    feeds
        .takeRecentHeads()
        .forEach(
            (user, number) ->
                told.addUsers(UserHead.newBuilder().setUserId(user.value()).setNumber(number)));
    Heads frame = told.build();
    streams.forEach(stream -> stream.tell(frame));
  }

  @Override
  public void close() {
    clock.close();
    streams.forEach(stream -> stream.end("core is stopping"));
  }
}
