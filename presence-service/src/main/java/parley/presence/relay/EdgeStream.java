package parley.presence.relay;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import parley.contract.Errors;
import parley.presence.roster.Presences;
import parley.presence.roster.Roster;
import parley.proto.errors.ErrorCode;
import parley.proto.presence.Done;
import parley.proto.presence.PresenceEdgeFrame;
import parley.proto.presence.PresenceFrame;
import parley.proto.presence.PresenceHello;
import parley.proto.presence.PresenceReply;
import parley.proto.presence.PresenceRequest;
import parley.proto.presence.RoomRoster;
import parley.relay.FrameWriter;
import redis.clients.jedis.exceptions.JedisException;

/// One stream of one edge. gRPC enqueues frames; one thread carries them out in their order. When
/// Redis fails, or has lost the edge's lease, the stream ends: the edge comes back with a snapshot,
/// which puts right whatever was half done.
final class EdgeStream implements StreamObserver<PresenceEdgeFrame> {

  private static final System.Logger LOG = System.getLogger(EdgeStream.class.getName());
  private static final int FRAMES_WAITING = 4_096;
  private static final int REPLIES_WAITING = 65_536;

  private final ServerCallStreamObserver<PresenceFrame> responses;
  private final Roster roster;
  private final Presences presences;
  private final Consumer<EdgeStream> gone;
  private final BlockingQueue<PresenceEdgeFrame> frames = new ArrayBlockingQueue<>(FRAMES_WAITING);
  private final FrameWriter<PresenceReply, PresenceFrame> writer;
  private final Thread worker;
  private volatile @Nullable String edge;

  EdgeStream(
      ServerCallStreamObserver<PresenceFrame> responses,
      Roster roster,
      Presences presences,
      Consumer<EdgeStream> gone) {
    this.responses = responses;
    this.roster = roster;
    this.presences = presences;
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
        carryOut(frames.take());
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

  private void carryOut(PresenceEdgeFrame frame) {
    if (frame.hasHello()) {
      greet(frame.getHello());
    }
    String known = edge;
    if (known == null) {
      end("hello is missing");
      return;
    }
    for (PresenceRequest request : frame.getRequestsList()) {
      PresenceReply.Builder reply = carryOut(known, request);
      if (request.getId() != 0) {
        writer.offer(reply.setId(request.getId()).build());
      }
    }
  }

  private void greet(PresenceHello hello) {
    if (hello.getSnapshot()) {
      presences.replace(hello.getEdgeId(), hello.getConnectionsList());
    } else {
      roster.register(hello.getEdgeId());
    }
    edge = hello.getEdgeId();
  }

  private PresenceReply.Builder carryOut(String edge, PresenceRequest request) {
    PresenceReply.Builder reply = PresenceReply.newBuilder().setDone(Done.getDefaultInstance());
    switch (request.getOpCase()) {
      case OPENED ->
          roster.opened(
              edge, request.getOpened().getConnectionId(), request.getOpened().getUserId());
      case CLOSED -> {
        var closed = request.getClosed();
        presences.closed(
            edge, closed.getConnectionId(), closed.getUserId(), closed.getRoomIdsList());
      }
      case ENTERED -> {
        var entered = request.getEntered();
        Roster.InRoom inRoom =
            presences.entered(
                edge, entered.getConnectionId(), entered.getUser(), entered.getRoomId());
        reply.setRoster(
            RoomRoster.newBuilder().addAllUserIds(inRoom.users()).setCount(inRoom.count()));
      }
      case LEFT -> {
        var left = request.getLeft();
        presences.left(edge, left.getConnectionId(), left.getRoomId());
      }
      case OP_NOT_SET -> reply.setError(Errors.error(ErrorCode.INVALID_ARGUMENT));
    }
    return reply;
  }
}
