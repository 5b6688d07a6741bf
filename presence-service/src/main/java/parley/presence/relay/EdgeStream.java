package parley.presence.relay;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import parley.presence.roster.Roster;
import parley.process.redis.Batch;
import parley.proto.presence.PresenceEdgeFrame;
import parley.proto.presence.PresenceFrame;
import parley.proto.presence.PresenceHello;
import parley.proto.presence.PresenceReply;
import parley.proto.presence.PresenceRequest;
import parley.relay.FrameWriter;
import redis.clients.jedis.exceptions.JedisException;

/// One stream of one edge. gRPC enqueues frames; one thread carries them out in their order, those
/// that wait in one batch. When
/// Redis fails, or has lost the edge's lease, the stream ends: the edge comes back with a snapshot,
/// which puts right whatever was half done.
final class EdgeStream implements StreamObserver<PresenceEdgeFrame> {

  private static final System.Logger LOG = System.getLogger(EdgeStream.class.getName());
  private static final int FRAMES_WAITING = 4_096;
  private static final int REPLIES_WAITING = 65_536;
  private static final int FULL = 1_000;

  private final ServerCallStreamObserver<PresenceFrame> responses;
  private final Roster roster;
  private final Operations operations;
  private final Consumer<EdgeStream> gone;
  private final BlockingQueue<PresenceEdgeFrame> frames = new ArrayBlockingQueue<>(FRAMES_WAITING);
  private final FrameWriter<PresenceReply, PresenceFrame> writer;
  private final Thread worker;
  private volatile @Nullable String edge;

  EdgeStream(
      ServerCallStreamObserver<PresenceFrame> responses,
      Roster roster,
      Operations operations,
      Consumer<EdgeStream> gone) {
    this.responses = responses;
    this.roster = roster;
    this.operations = operations;
    this.gone = gone;
    this.writer =
        new FrameWriter<>(
            "edge-stream",
            responses,
            REPLIES_WAITING,
            replies -> PresenceFrame.newBuilder().addAllReplies(replies).build());
    responses.setOnReadyHandler(writer::ready);
    responses.setOnCancelHandler(this::leave);
    this.worker = Thread.ofVirtual().name("edge-worker").unstarted(this::work);
  }

  void start() {
    writer.start();
    worker.start();
  }

  /// The edge's id; null before its hello was carried out.
  @Nullable String edge() {
    return edge;
  }

  /// Keeps the edge's lease alive; ends the stream when there is none any more.
  void renewLease() {
    String known = edge;
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
    worker.interrupt();
  }

  private void work() {
    try {
      while (true) {
        Batch batch = roster.batch();
        carryOut(frames.take(), batch);
        while (!frames.isEmpty()) {
          carryOut(frames.take(), batch);
        }
        batch.carryOut();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (JedisException e) {
      if (!Thread.currentThread().isInterrupted()) {
        LOG.log(System.Logger.Level.WARNING, "Redis failed, a stream ends: {0}", e.toString());
        end("Redis failed");
      }
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, "edge stream failed", e);
      end("internal error");
    }
  }

  private void carryOut(PresenceEdgeFrame frame, Batch batch) {
    if (frame.hasHello()) {
      greet(frame.getHello());
    }
    String known = edge;
    if (known == null) {
      end("hello is missing");
      return;
    }
    for (PresenceRequest request : frame.getRequestsList()) {
      if (batch.size() >= FULL) {
        batch.carryOut();
      }
      operations.carryOut(known, request, batch, reply -> answer(request, reply));
    }
  }

  private void answer(PresenceRequest request, PresenceReply.Builder reply) {
    if (request.getId() != 0) {
      writer.offer(reply.setId(request.getId()).build());
    }
  }

  private void greet(PresenceHello hello) {
    if (hello.getSnapshot()) {
      operations
          .presences()
          .replace(hello.getEdgeId(), hello.getConnectionsList(), hello.getDepartedList());
    } else {
      roster.register(hello.getEdgeId());
    }
    edge = hello.getEdgeId();
  }
}
