package parley.core.relay;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import parley.contract.Errors;
import parley.proto.errors.ErrorCode;
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
  private static final FrameWriter.Bounds REPLIES_WAITING =
      new FrameWriter.Bounds(65_536, 64 << 20);
  private static final FrameWriter.Bounds PUBLICATIONS_WAITING =
      new FrameWriter.Bounds(32_768, 32 << 20);
  private static final Duration SIGNS = Duration.ofMillis(500);

  /// An answer that is larger would take the stream from everybody else.
  private static final int MOST_BYTES = 4 << 20;

  private final ServerCallStreamObserver<CoreFrame> responses;
  private final Requests requests;
  private final @Nullable Followers followers;
  private final Set<String> followed = ConcurrentHashMap.newKeySet(1);
  private final Consumer<EdgeStream> gone;
  private final AtomicBoolean ended = new AtomicBoolean();
  private final FrameWriter<CoreFrame, CoreFrame> writer;

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
        new FrameWriter<CoreFrame, CoreFrame>(
                "edge-stream",
                responses,
                new FrameWriter.Framing<>(CoreFrame::getSerializedSize, EdgeStream::merged),
                REPLIES_WAITING,
                failure -> end("replies cannot be sent"))
            .signs(SIGNS, CoreFrame.getDefaultInstance());
    responses.setOnReadyHandler(writer::ready);
    responses.setOnCancelHandler(
        () -> {
          ended.set(true);
          leave();
        });
    writer.start();
  }

  private static CoreFrame merged(List<CoreFrame> frames) {
    CoreFrame.Builder merged = CoreFrame.newBuilder();
    frames.forEach(merged::mergeFrom);
    return merged.build();
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

  /// Two ticks may leave in one frame, with the heads of both. A stream that has no room for them
  /// ends: the next tick's clock would count for heads that the edge never heard of.
  void tell(Heads heads) {
    boolean taken = writer.offer(CoreFrame.newBuilder().setHeads(heads).build());
    if (!taken && !ended.get()) {
      end("heads are not taken");
    }
  }

  /// What does not fit is left out: the edge misses it, and asks.
  void tell(Publication publication) {
    writer.offer(CoreFrame.newBuilder().addPublications(publication).build(), PUBLICATIONS_WAITING);
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
      try {
        responses.onError(Status.UNAVAILABLE.withDescription(reason).asException());
      } catch (IllegalStateException e) {
        LOG.log(System.Logger.Level.DEBUG, "already ended", e);
      }
    }
  }

  /// An edge that does not take its replies loses the stream, and asks again on another.
  private void answer(Reply reply) {
    Reply fitting = reply.getSerializedSize() > MOST_BYTES ? tooLarge(reply) : reply;
    if (!writer.offer(CoreFrame.newBuilder().addReplies(fitting).build()) && !ended.get()) {
      end("replies are not taken");
    }
  }

  private static Reply tooLarge(Reply reply) {
    LOG.log(
        System.Logger.Level.ERROR,
        "an answer ({0}) has {1} bytes, {2}",
        reply.getOutcomeCase(),
        Integer.toString(reply.getSerializedSize()),
        UUID.randomUUID());
    return Reply.newBuilder()
        .setId(reply.getId())
        .setError(Errors.error(ErrorCode.INTERNAL))
        .build();
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
