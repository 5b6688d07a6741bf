package parley.presence.relay;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import parley.contract.EdgeId;
import parley.contract.Errors;
import parley.presence.roster.EdgeSnapshot;
import parley.presence.roster.Roster;
import parley.process.Worker;
import parley.process.redis.Batch;
import parley.proto.errors.ErrorCode;
import parley.proto.presence.PresenceEdgeFrame;
import parley.proto.presence.PresenceFrame;
import parley.proto.presence.PresenceReply;
import parley.proto.presence.PresenceRequest;
import parley.relay.FrameWriter;
import redis.clients.jedis.exceptions.JedisException;

/// One stream of one edge. gRPC enqueues frames, as many as are let in; one thread carries them out
/// in their order, those that wait in one batch. When Redis fails, or has lost the edge's lease,
/// the stream ends: the edge comes back with a snapshot, which puts right whatever was half done. A
/// request that fails otherwise is answered so, and its stream goes on.
///
/// A node that stood still goes on with what an edge said before it went to another node. It finds
/// out behind each batch; then the edge has to say all once more, where it is now.
final class EdgeStream implements StreamObserver<PresenceEdgeFrame> {

  private static final System.Logger LOG = System.getLogger(EdgeStream.class.getName());
  private static final int FRAMES_WAITING = 64; // of about a mebibyte at most
  private static final FrameWriter.Bounds REPLIES_WAITING =
      new FrameWriter.Bounds(65_536, 64 << 20);
  private static final Duration SIGNS = Duration.ofMillis(500);
  private static final int FULL = 1_000;

  private final ServerCallStreamObserver<PresenceFrame> responses;
  private final Roster roster;
  private final Operations operations;
  private final Consumer<EdgeStream> gone;
  private final BlockingQueue<PresenceEdgeFrame> frames =
      new ArrayBlockingQueue<>(FRAMES_WAITING + 1);
  private final FrameWriter<PresenceReply, PresenceFrame> writer;
  private final Worker worker;
  private final Greeting greeting;

  EdgeStream(
      ServerCallStreamObserver<PresenceFrame> responses,
      Roster roster,
      EdgeSnapshot snapshots,
      Operations operations,
      Consumer<EdgeStream> gone) {
    this.responses = responses;
    this.roster = roster;
    this.operations = operations;
    this.gone = gone;
    this.writer =
        new FrameWriter<PresenceReply, PresenceFrame>(
                "edge-stream",
                responses,
                new FrameWriter.Framing<>(
                    PresenceReply::getSerializedSize,
                    replies -> PresenceFrame.newBuilder().addAllReplies(replies).build()),
                REPLIES_WAITING,
                failure -> end("replies cannot be sent"))
            .signs(SIGNS, PresenceFrame.getDefaultInstance());
    this.greeting = new Greeting(roster, snapshots);
    responses.disableAutoRequest();
    responses.setOnReadyHandler(writer::ready);
    responses.setOnCancelHandler(this::leave);
    this.worker = Worker.thread("edge-worker", this::turn);
  }

  void start() {
    writer.start();
    worker.start();
    responses.request(FRAMES_WAITING);
  }

  /// The edge's id; null before its hello began.
  @Nullable EdgeId edge() {
    return greeting.edge();
  }

  /// Keeps the edge's lease alive; ends the stream when there is none any more.
  void renewLease() {
    EdgeId known = edge();
    if (known != null && !roster.renew(known)) {
      end("lease lost");
    }
  }

  void end(String reason) {
    leave();
    try {
      responses.onError(Status.UNAVAILABLE.withDescription(reason).asException());
    } catch (IllegalStateException e) {
      LOG.log(System.Logger.Level.DEBUG, "already ended", e);
    }
  }

  @Override
  public void onNext(PresenceEdgeFrame frame) {
    if (!frames.offer(frame)) {
      end("too many frames waiting");
    }
  }

  @Override
  public void onError(Throwable t) {
    leave();
  }

  @Override
  public void onCompleted() {
    leave();
    responses.onCompleted();
  }

  private void leave() {
    gone.accept(this);
    writer.close();
    worker.close();
  }

  /// Carries out what waits; waits itself until something does. The end of the stream interrupts
  /// it.
  private void turn() throws InterruptedException {
    try {
      Batch batch = roster.batch();
      carryOut(frames.take(), batch);
      while (!frames.isEmpty()) {
        carryOut(frames.take(), batch);
      }
      Supplier<Boolean> repeatedElsewhere = greeting.repeatedElsewhere(batch);
      batch.carryOut();
      if (repeatedElsewhere.get()) {
        late();
      }
    } catch (JedisException e) {
      if (!Thread.currentThread().isInterrupted()) {
        LOG.log(System.Logger.Level.WARNING, "Redis failed, a stream ends: {0}", e.toString());
        end("Redis failed");
      }
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, "edge stream failed, " + UUID.randomUUID(), e);
      end("internal error");
    }
  }

  /// What was just carried out may have ended meanwhile, as the edge said elsewhere.
  private void late() {
    EdgeId known = edge();
    if (known != null) {
      roster.doubt(known);
    }
    end("the edge has another stream");
  }

  private void carryOut(PresenceEdgeFrame frame, Batch batch) {
    if (frame.hasHello() && !greeting.take(frame.getHello())) {
      end("hello is torn");
      return;
    }
    EdgeId known = edge();
    if (known == null || (!greeting.isComplete() && frame.getRequestsCount() > 0)) {
      end("hello is missing");
      return;
    }
    for (PresenceRequest request : frame.getRequestsList()) {
      if (batch.size() >= FULL) {
        batch.carryOut();
      }
      carryOut(known, request, batch);
    }
    responses.request(1);
  }

  private void carryOut(EdgeId edge, PresenceRequest request, Batch batch) {
    try {
      operations.carryOut(edge, request, batch, reply -> answer(request, reply));
    } catch (JedisException e) {
      throw e; // Redis is away, which is no fault of the request
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, "a request failed, " + UUID.randomUUID(), e);
      answer(request, PresenceReply.newBuilder().setError(Errors.error(ErrorCode.INTERNAL)));
    }
  }

  /// An edge that does not take its replies loses the stream, and asks again on another.
  private void answer(PresenceRequest request, PresenceReply.Builder reply) {
    if (request.getId() != 0
        && !writer.offer(reply.setId(request.getId()).build())
        && !writer.isClosed()) {
      end("replies are not taken");
    }
  }
}
