package parley.edge.event;

import java.util.List;
import parley.contract.Errors;
import parley.edge.room.Joining;
import parley.edge.room.Occupant;
import parley.edge.session.Leaving;
import parley.edge.session.Stay;
import parley.edge.session.Stays;
import parley.edge.vocabulary.ServerEvents;
import parley.proto.chat.RoomEvent;
import parley.proto.errors.Error;
import parley.proto.errors.ErrorCode;

/// A session on its way into a room, and the ways in which that can end.
final class RoomJoining implements Joining {

  private final Stays stays;
  private final Stay stay;
  private final long since;
  private final RoomWelcome welcome;
  private final Answer answer;

  RoomJoining(Stays stays, Stay stay, long since, RoomWelcome welcome, Answer answer) {
    this.stays = stays;
    this.stay = stay;
    this.since = since;
    this.welcome = welcome;
    this.answer = answer;
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
    answer.entered(ServerEvents.ROOM_JOINED, stay.room(), seq, welcome.entered(seq, since, missed));
  }

  @Override
  public void partOf(long head, List<RoomEvent> missed, boolean in) {
    if (!in) {
      stays.leave(stay, Leaving.NOT_LET_IN);
    }
    answer.result(ServerEvents.ROOM_JOINED, welcome.partOf(head, since, missed));
  }

  @Override
  public void reset(long floor, long head) {
    answer.entered(ServerEvents.ROOM_JOINED, stay.room(), head, welcome.reset(floor, head));
  }

  @Override
  public void refused(Refusal why, boolean in) {
    if (!in) {
      stays.leave(stay, why == Refusal.REMOVED ? Leaving.REMOVED : Leaving.NOT_LET_IN);
    }
    answer.fail(error(why));
  }

  private static Error error(Refusal why) {
    return switch (why) {
      case UNREACHABLE -> Errors.error(ErrorCode.UNAVAILABLE);
      case REMOVED -> Errors.error(ErrorCode.ACCESS_DENIED);
      case LEFT -> Errors.error(ErrorCode.INVALID_ARGUMENT, "Left before it was entered");
    };
  }
}
