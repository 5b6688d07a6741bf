package parley.edge.upstream;

import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import parley.proto.errors.ErrorCode;
import parley.proto.relay.CoreFrame;
import parley.proto.relay.EdgeFrame;
import parley.proto.relay.Following;
import parley.proto.relay.Hello;
import parley.proto.relay.Reply;
import parley.proto.relay.Request;
import parley.relay.FrameWriter;

/// One stream to one core node. It is live from the moment the connection stands until it ends, and
/// then it is over: a new one takes its place.
final class CoreStream implements ClientResponseObserver<EdgeFrame, CoreFrame> {

  private static final int REQUESTS_WAITING = 32_768;

  /// Hears of the stream's life. Called by gRPC's threads; must not block.
  interface Owner {
    void live(CoreStream stream);

    void dead(CoreStream stream, Throwable reason);

    void frame(CoreStream stream, CoreFrame frame);

    void answered(CoreCall call);
  }

  private final CoreNode node;
  private final String edgeId;
  private final Owner owner;
  private final AtomicLong ids = new AtomicLong();
  private final ConcurrentSkipListMap<Long, CoreCall> pending = new ConcurrentSkipListMap<>();
  private final AtomicBoolean alive = new AtomicBoolean();
  private final AtomicBoolean over = new AtomicBoolean();
  private volatile @Nullable FrameWriter<Consumer<EdgeFrame.Builder>, EdgeFrame> writer;
  private volatile @Nullable ClientCallStreamObserver<EdgeFrame> call;
  private boolean greeted; // the writer's thread's

  CoreStream(CoreNode node, String edgeId, Owner owner) {
    this.node = node;
    this.edgeId = edgeId;
    this.owner = owner;
  }

  CoreNode node() {
    return node;
  }

  /// Queues a call. One that comes between the end of the stream and {@link Owner#dead} is among
  /// what {@link #takePending} returns then, like everything else that is unanswered.
  ///
  /// @return false when its queue is full
  boolean offer(CoreCall coreCall) {
    FrameWriter<Consumer<EdgeFrame.Builder>, EdgeFrame> known = writer;
    if (known == null) {
      return false;
    }
    long id = ids.incrementAndGet();
    pending.put(id, coreCall);
    Request request = coreCall.written(id, System.nanoTime());
    if (known.offer(frame -> frame.addRequests(request)) || known.isClosed()) {
      return true;
    }
    pending.remove(id);
    return false;
  }

  /// Says what is followed on this stream.
  void follow(Consumer<Following.Builder> change) {
    Following.Builder following = Following.newBuilder();
    change.accept(following);
    Following built = following.build();
    FrameWriter<Consumer<EdgeFrame.Builder>, EdgeFrame> known = writer;
    if (known != null && !known.offer(frame -> frame.addFollowings(built)) && !over.get()) {
      close(); // another one begins with all that is followed
    }
  }

  /// Removes and returns what is unanswered, in the order in which it was asked.
  List<CoreCall> takePending() {
    List<CoreCall> taken = new ArrayList<>();
    for (var entry = pending.pollFirstEntry(); entry != null; entry = pending.pollFirstEntry()) {
      taken.add(entry.getValue());
    }
    return taken;
  }

  /// Answers what has waited too long.
  void expire(long now) {
    pending.forEach(
        (id, coreCall) -> {
          if (coreCall.expired(now) && pending.remove(id) != null) {
            coreCall.fail(ErrorCode.DEADLINE_EXCEEDED);
            owner.answered(coreCall);
          }
        });
  }

  void close() {
    ClientCallStreamObserver<EdgeFrame> known = call;
    if (known != null) {
      known.cancel("edge is stopping", null);
    }
  }

  @Override
  public void beforeStart(ClientCallStreamObserver<EdgeFrame> requests) {
    FrameWriter<Consumer<EdgeFrame.Builder>, EdgeFrame> created =
        new FrameWriter<>("core-stream", requests, REQUESTS_WAITING, this::join);
    writer = created;
    call = requests;
    requests.setOnReadyHandler(
        () -> {
          if (alive.compareAndSet(false, true)) {
            created.start();
            owner.live(this);
          }
          created.ready();
        });
  }

  private EdgeFrame join(List<Consumer<EdgeFrame.Builder>> parts) {
    EdgeFrame.Builder frame = EdgeFrame.newBuilder();
    parts.forEach(part -> part.accept(frame));
    if (!greeted) {
      greeted = true;
      frame.setHello(Hello.newBuilder().setEdgeId(edgeId));
    }
    return frame.build();
  }

  @Override
  public void onNext(CoreFrame frame) {
    for (Reply reply : frame.getRepliesList()) {
      CoreCall coreCall = pending.remove(reply.getId());
      if (coreCall != null) {
        coreCall.answer(reply);
        owner.answered(coreCall);
      }
    }
    if (frame.hasHeads() || frame.getPublicationsCount() > 0) {
      owner.frame(this, frame);
    }
  }

  @Override
  public void onError(Throwable reason) {
    end(reason);
  }

  @Override
  public void onCompleted() {
    end(new IllegalStateException("core ended the stream"));
  }

  private void end(Throwable reason) {
    if (over.compareAndSet(false, true)) {
      FrameWriter<Consumer<EdgeFrame.Builder>, EdgeFrame> known = writer;
      if (known != null) {
        known.close();
      }
      owner.dead(this, reason);
    }
  }
}
