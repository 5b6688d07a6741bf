package parley.presence.relay;

import java.util.List;
import java.util.function.Consumer;
import parley.contract.ConnectionId;
import parley.contract.EdgeId;
import parley.contract.Errors;
import parley.contract.InvalidIdException;
import parley.contract.RoomId;
import parley.contract.UserId;
import parley.presence.roster.RoomPresence;
import parley.presence.roster.Roster;
import parley.presence.roster.UserComings;
import parley.presence.typing.Typing;
import parley.presence.user.RecentChanges;
import parley.presence.user.UserPresences;
import parley.process.redis.Batch;
import parley.proto.errors.ErrorCode;
import parley.proto.presence.Done;
import parley.proto.presence.PresenceAsked;
import parley.proto.presence.PresenceChange;
import parley.proto.presence.PresenceReply;
import parley.proto.presence.PresenceRequest;
import parley.proto.presence.Presences;
import parley.proto.presence.RoomRoster;
import parley.proto.presence.Status;
import parley.proto.presence.StatusSet;

/// What edges ask, carried out: what changes something in batches. Blocks on Redis.
final class Operations {

  private static final int LONGEST_TEXT = 100;
  private static final int MOST_ASKED = 500;

  private final UserComings comings;
  private final RoomPresence rooms;
  private final UserPresences users;
  private final RecentChanges recent;
  private final Typing typing;

  Operations(
      UserComings comings,
      RoomPresence rooms,
      UserPresences users,
      RecentChanges recent,
      Typing typing) {
    this.comings = comings;
    this.rooms = rooms;
    this.users = users;
    this.recent = recent;
    this.typing = typing;
  }

  /// Carries out a request, now or with the batch; those before it come first in any case. What is
  /// not well formed is answered with an error and changes nothing.
  ///
  /// @param answer gets the reply, now or with the batch
  void carryOut(
      EdgeId edge, PresenceRequest request, Batch batch, Consumer<PresenceReply.Builder> answer) {
    if (!joins(request, batch)) {
      batch.carryOut();
    }
    PresenceReply.Builder reply = PresenceReply.newBuilder().setDone(Done.getDefaultInstance());
    try {
      carryOut(edge, request, batch, reply);
    } catch (InvalidIdException e) {
      answer.accept(reply.setError(Errors.error(ErrorCode.INVALID_ARGUMENT)));
      return;
    }
    if (changes(request)) {
      batch.then(next -> answer.accept(reply)); // it is done then, and not before
    } else {
      answer.accept(reply);
    }
  }

  private void carryOut(
      EdgeId edge, PresenceRequest request, Batch batch, PresenceReply.Builder reply) {
    switch (request.getOpCase()) {
      case OPENED, CLOSED -> connection(edge, request, batch);
      case ENTERED, LEFT -> stay(edge, request, batch, reply);
      case STATUS -> status(request.getStatus(), reply);
      case TYPING ->
          typing.started(
              batch, new RoomId(request.getTyping().getRoomId()), request.getTyping().getUser());
      case STOPPED_TYPING ->
          typing.stopped(
              batch,
              new RoomId(request.getStoppedTyping().getRoomId()),
              new UserId(request.getStoppedTyping().getUserId()));
      case ASKED -> asked(request.getAsked(), reply);
      case CHANGES -> changes(request.getChanges().getSince(), reply);
      case ROOM -> {
        Roster.InRoom inRoom = rooms.inRoom(new RoomId(request.getRoom().getRoomId()));
        reply.setPresences(shown(inRoom.users()).setCount(inRoom.count()));
      }
      case OP_NOT_SET -> reply.setError(Errors.error(ErrorCode.INVALID_ARGUMENT));
    }
  }

  private void connection(EdgeId edge, PresenceRequest request, Batch batch) {
    if (request.hasOpened()) {
      var opened = request.getOpened();
      ConnectionId connection = new ConnectionId(opened.getConnectionId());
      comings.opened(batch, edge, connection, opened.getUser(), opened.getAudience(), false);
    } else {
      var closed = request.getClosed();
      comings.closed(
          batch,
          edge,
          new ConnectionId(closed.getConnectionId()),
          new UserId(closed.getUserId()),
          closed.getRoomIdsList().stream().map(RoomId::new).toList());
    }
  }

  private void stay(
      EdgeId edge, PresenceRequest request, Batch batch, PresenceReply.Builder reply) {
    if (request.hasEntered()) {
      var entered = request.getEntered();
      rooms.entered(
          batch,
          edge,
          new ConnectionId(entered.getConnectionId()),
          entered.getUser(),
          new RoomId(entered.getRoomId()),
          inRoom -> reply.setRoster(roster(inRoom)));
    } else {
      var left = request.getLeft();
      rooms.left(
          batch, edge, new ConnectionId(left.getConnectionId()), new RoomId(left.getRoomId()));
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
    RoomRoster.Builder roster = RoomRoster.newBuilder().setCount(inRoom.count());
    inRoom.users().forEach(user -> roster.addUserIds(user.value()));
    return roster.build();
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
      comings.status(new UserId(set.getUserId()), set.getStatus(), set.getText());
    } catch (UserPresences.NotConnectedException e) {
      reply.setError(Errors.error(ErrorCode.NOT_FOUND));
    }
  }

  private void asked(PresenceAsked asked, PresenceReply.Builder reply) {
    if (asked.getUserIdsCount() > MOST_ASKED) {
      reply.setError(Errors.error(ErrorCode.INVALID_ARGUMENT));
      return;
    }
    List<UserId> ids = asked.getUserIdsList().stream().map(UserId::new).toList();
    reply.setPresences(
        asked.hasViewer() ? new Viewer(asked.getViewer()).of(users, ids) : shown(ids));
  }

  private void changes(long since, PresenceReply.Builder reply) {
    RecentChanges.Page page = recent.since(since);
    reply.setPresences(
        Presences.newBuilder()
            .addAllUsers(page.changes())
            .setMoreSince(page.more() ? page.upTo() : 0));
  }

  private Presences.Builder shown(List<UserId> ids) {
    Presences.Builder answer = Presences.newBuilder();
    users.of(ids).forEach(p -> answer.addUsers(PresenceChange.newBuilder().setPresence(p)));
    return answer;
  }
}
