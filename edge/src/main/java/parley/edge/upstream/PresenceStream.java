package parley.edge.upstream;

import io.grpc.ManagedChannel;
import io.grpc.stub.ClientResponseObserver;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;
import parley.contract.ServiceToken;
import parley.proto.presence.ConnectionState;
import parley.proto.presence.DepartedUser;
import parley.proto.presence.PresenceAsked;
import parley.proto.presence.PresenceEdgeFrame;
import parley.proto.presence.PresenceFrame;
import parley.proto.presence.PresenceRelayGrpc;
import parley.proto.presence.PresenceReply;
import parley.proto.presence.PresenceRequest;
import parley.relay.FrameWriter;

/// One stream to a presence node: what was told and asked on it, and the answers.
final class PresenceStream implements RelayStream.Peer<PresenceEdgeFrame, PresenceFrame> {

  private static final FrameWriter.Bounds WAITING = new FrameWriter.Bounds(65_536, 32 << 20);
  private static final FrameWriter.Bounds LEAVES_ROOM = new FrameWriter.Bounds(32_768, 16 << 20);
  private static final int MOST_PENDING = 131_072;
  private static final long HEARD_NANOS = Duration.ofMinutes(1).toNanos();

  /// Hears of the stream's life. Called by any thread; must not block.
  interface Owner {
    void live(PresenceStream stream);

    /// @param wasLive false: the node was not reached
    void dead(PresenceStream stream, Throwable reason, boolean wasLive);
  }

  /// Who is speaking, how it is known, and what it holds.
  ///
  /// @param connections of now, walked while a stream takes them
  /// @param departures whom presence may not have heard to be gone
  record Edge(
      String id,
      ServiceToken token,
      Supplier<Iterator<ConnectionState>> connections,
      Departures departures) {}

  private final Edge edge;
  private final Owner owner;
  private final Pending<PresenceCall> pending = new Pending<>(MOST_PENDING);
  private final RelayStream<PresenceEdgeFrame, PresenceFrame> stream;

  PresenceStream(ManagedChannel channel, Edge edge, Owner owner) {
    this.edge = edge;
    this.owner = owner;
    this.stream = new RelayStream<>("presence-stream", channel, WAITING, this);
  }

  /// Begins to connect; how it goes is told to the owner.
  void open() {
    stream.open();
  }

  /// Tells a change. One that does not fit ends the stream: the next one begins with a snapshot,
  /// which has it.
  void tell(PresenceRequest.Builder change) {
    if (!stream.offer(frame(change)) && !stream.isClosed()) {
      stream.end(new IllegalStateException("changes are not taken"));
    }
  }

  /// Tells something that may be left out.
  void mention(PresenceRequest.Builder said) {
    stream.offer(frame(said), LEAVES_ROOM);
  }

  /// Tells a change and hears what came of it.
  void tell(PresenceRequest.Builder change, PresenceCall call) {
    long id = pending.add(call);
    if (id == 0) {
      stream.end(new IllegalStateException("changes are not confirmed"));
    } else {
      tell(change.setId(id)); // when it does not fit, the end of the stream answers
    }
  }

  /// Asks. Fails the call when the question does not fit.
  void ask(PresenceRequest.Builder question, PresenceCall call) {
    long id = pending.add(call);
    boolean asked = id != 0 && stream.offer(frame(question.setId(id)));
    if (!asked && (id == 0 || pending.remove(id) != null)) {
      call.fail();
    }
  }

  private static PresenceEdgeFrame frame(PresenceRequest.Builder request) {
    return PresenceEdgeFrame.newBuilder().addRequests(request).build();
  }

  /// What waits for an answer.
  int pending() {
    return pending.size();
  }

  /// Looks whether the node lives, and gives up what has waited too long.
  void turn(long nowNanos) {
    stream.turn();
    pending.takeExpired(nowNanos).forEach(PresenceCall::fail);
  }

  void close() {
    stream.end(new IllegalStateException("edge is stopping"));
  }

  @Override
  public void call(
      ManagedChannel channel, ClientResponseObserver<PresenceEdgeFrame, PresenceFrame> observer) {
    var unused =
        PresenceRelayGrpc.newStub(channel)
            .withCallCredentials(edge.token().credentials())
            .relay(observer);
  }

  @Override
  public void live() {
    owner.live(this);
  }

  /// A snapshot. The stream is known as live by now, so every change is in the snapshot, or in the
  /// queue behind it, or in both, which is harmless. So is a question, whose answer says that the
  /// snapshot was heard.
  @Override
  public Iterator<PresenceEdgeFrame> greeting() {
    List<DepartedUser> departed = edge.departures().all();
    ask(
        PresenceRequest.newBuilder().setAsked(PresenceAsked.getDefaultInstance()),
        new PresenceCall(
            System.nanoTime() + HEARD_NANOS,
            reply -> {
              if (reply.hasPresences()) {
                edge.departures().heard(departed);
              }
            }));
    return new PresenceSnapshot(edge.id(), edge.connections(), departed);
  }

  @Override
  public void heard(PresenceFrame frame) {
    for (PresenceReply reply : frame.getRepliesList()) {
      PresenceCall call = pending.remove(reply.getId());
      if (call != null) {
        call.answer(reply);
      }
    }
  }

  @Override
  public void ended(Throwable reason, boolean wasLive) {
    owner.dead(this, reason, wasLive);
    pending.takeAll().forEach(PresenceCall::fail);
  }
}
