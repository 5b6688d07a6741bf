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
import parley.contract.Positions;
import parley.contract.RefusedException;
import parley.contract.RoomId;
import parley.edge.engineio.Packet;
import parley.edge.recovery.Resume;
import parley.edge.room.Joining;
import parley.edge.room.LocalRooms;
import parley.edge.room.Occupant;
import parley.edge.upstream.CoreClient;
import parley.edge.vocabulary.RoomPackets;
import parley.proto.chat.RoomEvent;
import parley.proto.errors.ErrorCode;
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
  private final Stays stays;
  private final LocalRooms rooms;
  private final RoomPackets packets;

  public Restoring(CoreClient core, Stays stays, LocalRooms rooms, RoomPackets packets) {
    this.core = core;
    this.stays = stays;
    this.rooms = rooms;
    this.packets = packets;
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
    points.forEach((room, from) -> ways.add(way(session, room, from)));
    try {
      CompletableFuture.allOf(ways.toArray(CompletableFuture[]::new))
          .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Outcome.LATER;
    } catch (TimeoutException e) {
      return Outcome.LATER;
    } catch (ExecutionException e) {
      LOG.log(
          System.Logger.Level.DEBUG,
          "{0} is not recovered: {1}",
          session.connection(),
          e.getCause());
      boolean again =
          e.getCause() instanceof RefusedException refused
              && Errors.retryable(refused.error().getCode());
      return again ? Outcome.LATER : Outcome.HOPELESS;
    }
    return continuity.overflowed() ? Outcome.HOPELESS : Outcome.DONE;
  }

  private CompletableFuture<Void> way(ChatSession session, RoomId room, Resume from) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                enter(session, room, from, done);
              } catch (RuntimeException e) {
                done.completeExceptionally(e);
              }
            });
    return done;
  }

  private void enter(ChatSession session, RoomId room, Resume from, CompletableFuture<Void> done) {
    RoomJoined permission;
    try {
      permission = stays.permission(session, room);
    } catch (RefusedException e) {
      if (e.error().getCode() != ErrorCode.ACCESS_DENIED) {
        throw e;
      }
      session.send(RoomPackets.removed(room));
      done.complete(null);
      return;
    }
    long since = since(room, from);
    Stay stay = stays.enterAgain(session, room, permission, since);
    stays.attach(stay, new Return(stay, since, done));
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
    private final Stay stay;
    private final CompletableFuture<Void> done;
    private volatile long since;

    Return(Stay stay, long since, CompletableFuture<Void> done) {
      this.stay = stay;
      this.since = since;
      this.done = done;
    }

    @Override
    public Occupant member() {
      return stay;
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
      if (missed.isEmpty() || done.isDone() || stay.over()) {
        refused(Refusal.UNREACHABLE, false);
      } else {
        since = Positions.last(missed.getLast());
        rooms.attach(stay.room(), this);
      }
    }

    private void send(List<RoomEvent> missed) {
      for (RoomEvent event : missed) {
        @Nullable Packet packet = packets.of(event);
        if (packet != null) {
          var unused = stay.deliver(event.getSeq(), packet);
        }
      }
    }

    @Override
    public void reset(long floor, long head) {
      done.completeExceptionally(new RefusedException(ErrorCode.NOT_FOUND));
    }

    @Override
    public void refused(Refusal why, boolean in) {
      if (why != Refusal.REMOVED) {
        done.completeExceptionally(new RefusedException(ErrorCode.UNAVAILABLE));
        return;
      }
      if (stays.leave(stay, Leaving.REMOVED)) { // else it was told when it was put out
        stay.session().send(RoomPackets.removed(stay.room()));
      }
      done.complete(null);
    }
  }
}
