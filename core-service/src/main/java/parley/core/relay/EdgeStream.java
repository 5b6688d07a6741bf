package parley.core.relay;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import parley.proto.relay.CoreFrame;
import parley.proto.relay.EdgeFrame;
import parley.proto.relay.Heads;
import parley.proto.relay.Publication;
import parley.proto.relay.Reply;
import parley.proto.relay.Request;
import parley.relay.FrameWriter;

/// One stream of one edge. gRPC calls it with one frame at a time; it hands each request on and
/// returns.
final class EdgeStream implements StreamObserver<EdgeFrame> {

  private static final System.Logger LOG = System.getLogger(EdgeStream.class.getName());
  private static final int REPLIES_WAITING = 65_536;
  private static final int PUBLICATIONS_WAITING = 32_768;

  private final ServerCallStreamObserver<CoreFrame> responses;
  private final Requests requests;
  private final @Nullable Followers followers;
  private final Set<String> followed = ConcurrentHashMap.newKeySet(1);
  private final Consumer<EdgeStream> gone;
  private final AtomicBoolean ended = new AtomicBoolean();
  private final FrameWriter<Consumer<CoreFrame.Builder>, CoreFrame> writer;

  /// @param followers null = events of rooms go through the bus
  EdgeStream(
      ServerCallStreamObserver<CoreFrame> responses,
      Requests requests,
      @Nullable Followers followers,
      Consumer<EdgeStream> gone) {
    this.followers = followers;
    this.responses = responses;
    this.requests = requests;
    this.gone = gone;
    this.writer =
        new FrameWriter<>(
            "edge-stream",
            responses,
            REPLIES_WAITING,
            parts -> {
              CoreFrame.Builder frame = CoreFrame.newBuilder();
              parts.forEach(part -> part.accept(frame));
              return frame.build();
            });
    responses.setOnReadyHandler(writer::ready);
    responses.setOnCancelHandler(
        () -> {
          ended.set(true);
          leave();
        });
    writer.start();
  }

  @Override
  public void onNext(EdgeFrame frame) {
    if (frame.hasHello()) {
      LOG.log(System.Logger.Level.DEBUG, "stream of edge {0}", frame.getHello().getEdgeId());
    }
    if (followers != null) {
      frame.getFollowingsList().forEach(following -> followers.following(this, following));
    }
    for (Request request : frame.getRequestsList()) {
      requests.carryOut(request, this::answer);
    }
  }

  void tell(Heads heads) {
    writer.offer(frame -> frame.setHeads(heads));
  }

  /// What does not fit is left out: the edge misses it, and asks.
  void tell(Publication publication) {
    writer.offer(frame -> frame.addPublications(publication), PUBLICATIONS_WAITING);
  }

  boolean ended() {
    return ended.get();
  }

  /// The rooms that are followed on this stream.
  Set<String> followed() {
    return followed;
  }

  void end(String reason) {
    if (ended.compareAndSet(false, true)) {
      leave();
      responses.onError(Status.UNAVAILABLE.withDescription(reason).asException());
    }
  }

  /// An edge that does not take its replies loses the stream, and asks again on another.
  private void answer(Reply reply) {
    if (!writer.offer(frame -> frame.addReplies(reply)) && !ended.get()) {
      end("replies are not taken");
    }
  }

  @Override
  public void onError(Throwable t) {
    ended.set(true);
    leave();
  }

  @Override
  public void onCompleted() {
    if (ended.compareAndSet(false, true)) {
      leave();
      responses.onCompleted();
    }
  }

  private void leave() {
    gone.accept(this);
    writer.close();
    if (followers != null) {
      followers.gone(this);
    }
  }
}
