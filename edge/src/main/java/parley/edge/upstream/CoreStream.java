package parley.edge.upstream;

import io.grpc.ManagedChannel;
import io.grpc.stub.ClientResponseObserver;
import java.util.Iterator;
import java.util.List;
import parley.contract.ServiceToken;
import parley.proto.errors.ErrorCode;
import parley.proto.relay.CoreFrame;
import parley.proto.relay.CoreRelayGrpc;
import parley.proto.relay.EdgeFrame;
import parley.proto.relay.Following;
import parley.proto.relay.Hello;
import parley.proto.relay.Reply;
import parley.relay.FrameWriter;

/// One stream to one core node: what was asked on it, and its answers.
final class CoreStream implements CoreRoutes.Target, RelayStream.Peer<EdgeFrame, CoreFrame> {

  private static final FrameWriter.Bounds WAITING = new FrameWriter.Bounds(32_768, 32 << 20);
  private static final int MOST_PENDING = 100_000;

  /// Who is speaking, and how it is known.
  record Edge(String id, ServiceToken token) {}

  /// Hears of the stream's life. Called by any thread; must not block.
  interface Owner {
    void live(CoreStream stream);

    /// @param wasLive false: the node was not reached
    void dead(CoreStream stream, Throwable reason, boolean wasLive);

    void frame(CoreStream stream, CoreFrame frame);

    void answered(CoreStream stream, CoreCall call);
  }

  private final String address;
  private final Edge edge;
  private final Owner owner;
  private final Pending<CoreCall> pending = new Pending<>(MOST_PENDING);
  private final RelayStream<EdgeFrame, CoreFrame> stream;

  CoreStream(String address, ManagedChannel channel, Edge edge, Owner owner) {
    this.address = address;
    this.edge = edge;
    this.owner = owner;
    this.stream = new RelayStream<>("core-stream", channel, WAITING, this);
  }

  /// Begins to connect; how it goes is told to the owner.
  void open() {
    stream.open();
  }

  @Override
  public String address() {
    return address;
  }

  @Override
  public boolean offer(CoreCall call) {
    long id = pending.add(call);
    if (id == 0) {
      return false;
    }
    EdgeFrame frame =
        EdgeFrame.newBuilder().addRequests(call.written(id, System.nanoTime())).build();
    return stream.offer(frame) || stream.isClosed() || pending.remove(id) == null;
  }

  @Override
  public void follow(Following change) {
    if (!stream.offer(EdgeFrame.newBuilder().addFollowings(change).build())) {
      // Another one begins with all that is followed.
      stream.endSoon(new IllegalStateException("what is followed does not fit"));
    }
  }

  @Override
  public List<CoreCall> takePending() {
    return pending.takeAll();
  }

  /// Looks whether the node lives, and answers what has waited too long.
  void turn(long nowNanos) {
    stream.turn();
    for (CoreCall late : pending.takeExpired(nowNanos)) {
      late.fail(ErrorCode.DEADLINE_EXCEEDED);
      owner.answered(this, late);
    }
  }

  void close() {
    stream.end(new IllegalStateException("edge is stopping"));
  }

  @Override
  public void call(ManagedChannel channel, ClientResponseObserver<EdgeFrame, CoreFrame> observer) {
    var unused =
        CoreRelayGrpc.newStub(channel)
            .withCallCredentials(edge.token().credentials())
            .relay(observer);
  }

  @Override
  public Iterator<EdgeFrame> greeting() {
    Hello hello = Hello.newBuilder().setEdgeId(edge.id()).build();
    return List.of(EdgeFrame.newBuilder().setHello(hello).build()).iterator();
  }

  @Override
  public void live() {
    owner.live(this);
  }

  @Override
  public void heard(CoreFrame frame) {
    for (Reply reply : frame.getRepliesList()) {
      CoreCall call = pending.remove(reply.getId());
      if (call != null) {
        call.answer(reply);
        owner.answered(this, call);
      }
    }
    if (frame.hasHeads() || frame.getPublicationsCount() > 0) {
      owner.frame(this, frame);
    }
  }

  @Override
  public void ended(Throwable reason, boolean wasLive) {
    owner.dead(this, reason, wasLive);
  }
}
