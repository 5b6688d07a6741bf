package parley.presence.relay;

import java.util.List;
import parley.contract.Errors;
import parley.presence.roster.Presences;
import parley.presence.roster.Roster;
import parley.presence.typing.Typing;
import parley.presence.user.UserPresences;
import parley.proto.errors.ErrorCode;
import parley.proto.presence.Done;
import parley.proto.presence.PresenceChange;
import parley.proto.presence.PresenceReply;
import parley.proto.presence.PresenceRequest;
import parley.proto.presence.RoomRoster;
import parley.proto.presence.Status;
import parley.proto.presence.StatusSet;
import parley.proto.presence.UserPresence;

/// What edges ask, carried out. Blocks on Redis.
final class Operations {

  private static final int LONGEST_TEXT = 100;
  private static final int MOST_ASKED = 500;

  private final Presences presences;
  private final UserPresences users;
  private final Typing typing;

  Operations(Presences presences, UserPresences users, Typing typing) {
    this.presences = presences;
    this.users = users;
    this.typing = typing;
  }

  Presences presences() {
    return presences;
  }

  PresenceReply.Builder carryOut(String edge, PresenceRequest request) {
    PresenceReply.Builder reply = PresenceReply.newBuilder().setDone(Done.getDefaultInstance());
    switch (request.getOpCase()) {
      case OPENED -> {
        var opened = request.getOpened();
        presences.opened(
            edge, opened.getConnectionId(), opened.getUser(), opened.getAudience(), false);
      }
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
      case STATUS -> status(request.getStatus(), reply);
      case TYPING -> typing.started(request.getTyping().getRoomId(), request.getTyping().getUser());
      case STOPPED_TYPING ->
          typing.stopped(
              request.getStoppedTyping().getRoomId(), request.getStoppedTyping().getUserId());
      case ASKED -> asked(request.getAsked().getUserIdsList(), reply);
      case CHANGES ->
          reply.setPresences(answer().addAllUsers(users.since(request.getChanges().getSince())));
      case ROOM -> {
        Roster.InRoom inRoom = presences.inRoom(request.getRoom().getRoomId());
        reply.setPresences(shown(inRoom.users()).setCount(inRoom.count()));
      }
      case OP_NOT_SET -> reply.setError(Errors.error(ErrorCode.INVALID_ARGUMENT));
    }
    return reply;
  }

  private void status(StatusSet set, PresenceReply.Builder reply) {
    boolean valid =
        set.getStatus() != Status.OFFLINE
            && set.getStatus() != Status.UNRECOGNIZED
            && set.getText().length() <= LONGEST_TEXT;
    if (!valid) {
      reply.setError(Errors.error(ErrorCode.INVALID_ARGUMENT));
      return;
    }
    try {
      presences.status(set.getUserId(), set.getStatus(), set.getText());
    } catch (UserPresences.NotConnectedException e) {
      reply.setError(Errors.error(ErrorCode.NOT_FOUND));
    }
  }

  private void asked(List<String> ids, PresenceReply.Builder reply) {
    if (ids.size() > MOST_ASKED) {
      reply.setError(Errors.error(ErrorCode.INVALID_ARGUMENT));
    } else {
      reply.setPresences(shown(ids));
    }
  }

  private parley.proto.presence.Presences.Builder shown(List<String> ids) {
    parley.proto.presence.Presences.Builder answer = answer();
    for (UserPresence presence : users.of(ids)) {
      answer.addUsers(PresenceChange.newBuilder().setPresence(presence));
    }
    return answer;
  }

  private static parley.proto.presence.Presences.Builder answer() {
    return parley.proto.presence.Presences.newBuilder();
  }
}
