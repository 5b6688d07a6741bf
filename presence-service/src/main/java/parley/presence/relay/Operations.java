package parley.presence.relay;

import java.util.List;
import java.util.function.Consumer;
import parley.contract.Errors;
import parley.presence.roster.Presences;
import parley.presence.roster.Roster;
import parley.presence.typing.Typing;
import parley.presence.user.UserPresences;
import parley.process.redis.Batch;
import parley.proto.errors.ErrorCode;
import parley.proto.presence.Done;
import parley.proto.presence.PresenceChange;
import parley.proto.presence.PresenceReply;
import parley.proto.presence.PresenceRequest;
import parley.proto.presence.RoomRoster;
import parley.proto.presence.Status;
import parley.proto.presence.StatusSet;
import parley.proto.presence.UserPresence;

/// What edges ask, carried out: what changes something in batches. Blocks on Redis.
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

  /// Carries out a request, now or with the batch; those before it come first in any case.
  ///
  /// @param answer gets the reply, now or with the batch
  void carryOut(
      String edge, PresenceRequest request, Batch batch, Consumer<PresenceReply.Builder> answer) {
    if (!joins(request, batch)) {
      batch.carryOut();
    }
    PresenceReply.Builder reply = PresenceReply.newBuilder().setDone(Done.getDefaultInstance());
    switch (request.getOpCase()) {
      case OPENED -> {
        var opened = request.getOpened();
        presences.opened(
            batch, edge, opened.getConnectionId(), opened.getUser(), opened.getAudience(), false);
      }
      case CLOSED -> {
        var closed = request.getClosed();
        presences.closed(
            batch, edge, closed.getConnectionId(), closed.getUserId(), closed.getRoomIdsList());
      }
      case ENTERED -> {
        var entered = request.getEntered();
        presences.entered(
            batch,
            edge,
            entered.getConnectionId(),
            entered.getUser(),
            entered.getRoomId(),
            inRoom -> reply.setRoster(roster(inRoom)));
      }
      case LEFT -> {
        var left = request.getLeft();
        presences.left(batch, edge, left.getConnectionId(), left.getRoomId());
      }
      case STATUS -> status(request.getStatus(), reply);
      case TYPING ->
          typing.started(batch, request.getTyping().getRoomId(), request.getTyping().getUser());
      case STOPPED_TYPING ->
          typing.stopped(
              batch,
              request.getStoppedTyping().getRoomId(),
              request.getStoppedTyping().getUserId());
      case ASKED -> asked(request.getAsked().getUserIdsList(), reply);
      case CHANGES -> reply.setPresences(users.since(request.getChanges().getSince()));
      case ROOM -> {
        Roster.InRoom inRoom = presences.inRoom(request.getRoom().getRoomId());
        reply.setPresences(shown(inRoom.users()).setCount(inRoom.count()));
      }
      case OP_NOT_SET -> reply.setError(Errors.error(ErrorCode.INVALID_ARGUMENT));
    }
    if (changes(request)) {
      batch.then(next -> answer.accept(reply)); // it is done then, and not before
    } else {
      answer.accept(reply);
    }
  }

  /// What asks has to see what was said before it. Typing is told at once, and so must not overtake
  /// what is told with the answers that the batch expects.
  private static boolean joins(PresenceRequest request, Batch batch) {
    return changes(request) || (request.hasTyping() && !batch.expectsAnswers());
  }

  private static boolean changes(PresenceRequest request) {
    return switch (request.getOpCase()) {
      case OPENED, CLOSED, ENTERED, LEFT, STOPPED_TYPING -> true;
      case TYPING, STATUS, ASKED, CHANGES, ROOM, OP_NOT_SET -> false;
    };
  }

  private static RoomRoster roster(Roster.InRoom inRoom) {
    return RoomRoster.newBuilder().addAllUserIds(inRoom.users()).setCount(inRoom.count()).build();
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
