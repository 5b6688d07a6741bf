package parley.edge.session;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import parley.contract.Errors;
import parley.contract.RefusedException;
import parley.contract.RoomId;
import parley.edge.engineio.Packet;
import parley.edge.recovery.Resume;
import parley.edge.room.Joining;
import parley.edge.room.LocalRooms;
import parley.edge.room.Member;
import parley.edge.upstream.CoreClient;
import parley.edge.upstream.PresenceClient;
import parley.edge.vocabulary.RoomPackets;
import parley.proto.chat.RoomEvent;
import parley.proto.errors.ErrorCode;
import parley.proto.relay.JoinRoom;
import parley.proto.relay.LogPage;
import parley.proto.relay.ReadLog;
import parley.proto.relay.Request;
import parley.proto.relay.RoomJoined;

/// Brings a connection back into the rooms of the one that it continues, each from where its client
/// stands. All that was missed waits in the session until every room is there. Blocks: for the
/// connection's own thread.
public final class Restoring {

  private static final System.Logger LOG = System.getLogger(Restoring.class.getName());
  private static final long PATIENCE_SECONDS = 5;

  private final CoreClient core;
  private final PresenceClient presence;
  private final LocalRooms rooms;
  private final RoomPackets packets;
  private final Sharing sharing;

  public Restoring(
      CoreClient core,
      PresenceClient presence,
      LocalRooms rooms,
      RoomPackets packets,
      Sharing sharing) {
    this.core = core;
    this.presence = presence;
    this.rooms = rooms;
    this.packets = packets;
    this.sharing = sharing;
  }

  /// How it went.
  enum Outcome {
    /// The session is in its rooms, and what was missed waits in it.
    DONE,
    /// It will never be: too much was missed, or what was missed is gone.
    HOPELESS,
    /// Somebody could not be asked in time.
    LATER
  }

  /// @param points from where each room goes on
  /// @return anything but DONE: the session may be in some rooms, and must end
  Outcome restore(ChatSession session, Continuity continuity, Map<RoomId, Resume> points) {
    List<CompletableFuture<Void>> ways = new ArrayList<>();
    points.forEach((room, from) -> ways.add(way(session, continuity, room, from)));
    try {
      CompletableFuture.allOf(ways.toArray(CompletableFuture[]::new))
          .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Outcome.LATER;
    } catch (TimeoutException e) {
      return Outcome.LATER;
    } catch (ExecutionException e) {
      LOG.log(System.Logger.Level.DEBUG, "{0} is not recovered: {1}", session.id(), e.getCause());
      boolean again =
          e.getCause() instanceof RefusedException refused
              && Errors.retryable(refused.error().getCode());
      return again ? Outcome.LATER : Outcome.HOPELESS;
    }
    return continuity.overflowed() ? Outcome.HOPELESS : Outcome.DONE;
  }

  private CompletableFuture<Void> way(
      ChatSession session, Continuity continuity, RoomId room, Resume from) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                enter(session, continuity, room, from, done);
              } catch (RuntimeException e) {
                done.completeExceptionally(e);
              }
            });
    return done;
  }

  private void enter(
      ChatSession session,
      Continuity continuity,
      RoomId room,
      Resume from,
      CompletableFuture<Void> done) {
    RoomJoined joined;
    try {
      joined = core.call(room.value(), asks(session, room)).getRoomJoined();
    } catch (RefusedException e) {
      if (e.error().getCode() != ErrorCode.ACCESS_DENIED) {
        throw e;
      }
      session.send(RoomPackets.removed(room));
      done.complete(null);
      return;
    }
    long since = since(room, from);
    session.rooms().add(room);
    continuity.restored(room, since);
    sharing.entered(session, room, joined.getLarge());
    presence.reentered(session.id(), session.shownUser(), room);
    rooms.attach(room, new Return(session, room, since, done));
    if (session.ended()) { // its clean-up may have come too early for this room
      rooms.detach(room, session);
      presence.left(session.id(), session.shownUser(), room);
      sharing.left(session, room);
    }
  }

  private static Request.Builder asks(ChatSession session, RoomId room) {
    return Request.newBuilder()
        .setJoinRoom(
            JoinRoom.newBuilder().setRoomId(room.value()).setUserId(session.userId().value()));
  }

  private long since(RoomId room, Resume from) {
    return switch (from) {
      case Resume.After(long seq) -> seq;
      case Resume.Since(long entered, long sinceMs) -> {
        ReadLog read =
            ReadLog.newBuilder()
                .setRoomId(room.value())
                .setSince(entered)
                .setReachedAtMs(Math.max(1, sinceMs))
                .setFresh(true)
                .build();
        LogPage page = core.call(room.value(), Request.newBuilder().setReadLog(read)).getLog();
        yield Math.max(entered, page.getReached());
      }
    };
  }

  /// On the way back into one room.
  private final class Return implements Joining {
    private final ChatSession session;
    private final RoomId room;
    private final CompletableFuture<Void> done;
    private volatile long since;

    Return(ChatSession session, RoomId room, long since, CompletableFuture<Void> done) {
      this.session = session;
      this.room = room;
      this.since = since;
      this.done = done;
    }

    @Override
    public Member member() {
      return session;
    }

    @Override
    public long since() {
      return since;
    }

    @Override
    public void joined(long seq, List<RoomEvent> missed) {
      send(missed);
      done.complete(null);
    }

    @Override
    public void partOf(long head, List<RoomEvent> missed, boolean in) {
      send(missed);
      boolean none = missed.isEmpty() || done.isDone() || session.ended();
      if (none) {
        failed();
      } else {
        since = missed.getLast().getSeq();
        rooms.attach(room, this);
      }
    }

    private void send(List<RoomEvent> missed) {
      for (RoomEvent event : missed) {
        @Nullable Packet packet = packets.of(event);
        if (packet != null) {
          var unused = session.deliver(room, event.getSeq(), packet);
        }
      }
    }

    @Override
    public void reset(long floor, long head) {
      done.completeExceptionally(new RefusedException(ErrorCode.NOT_FOUND));
    }

    @Override
    public void failed() {
      done.completeExceptionally(new RefusedException(ErrorCode.UNAVAILABLE));
    }
  }
}
