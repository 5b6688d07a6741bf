package parley.edge.upstream;

import parley.contract.ConnectionId;
import parley.contract.RoomId;
import parley.contract.UserId;
import parley.proto.chat.User;
import parley.proto.presence.Audience;
import parley.proto.presence.ChangesAsked;
import parley.proto.presence.ConnectionClosed;
import parley.proto.presence.ConnectionOpened;
import parley.proto.presence.PresenceRequest;
import parley.proto.presence.RoomEntered;
import parley.proto.presence.RoomLeft;
import parley.proto.presence.TypingStarted;
import parley.proto.presence.TypingStopped;

/// What an edge says to presence, as the contract has it.
final class PresenceCalls {

  private PresenceCalls() {}

  static PresenceRequest.Builder opened(ConnectionId connection, User user, Audience audience) {
    return PresenceRequest.newBuilder()
        .setOpened(
            ConnectionOpened.newBuilder()
                .setConnectionId(connection.value())
                .setUser(user)
                .setAudience(audience));
  }

  static PresenceRequest.Builder closed(
      ConnectionId connection, User user, Iterable<RoomId> rooms) {
    ConnectionClosed.Builder ended =
        ConnectionClosed.newBuilder().setConnectionId(connection.value()).setUserId(user.getId());
    rooms.forEach(room -> ended.addRoomIds(room.value()));
    return PresenceRequest.newBuilder().setClosed(ended);
  }

  static PresenceRequest.Builder entered(ConnectionId connection, User user, RoomId room) {
    return PresenceRequest.newBuilder()
        .setEntered(
            RoomEntered.newBuilder()
                .setConnectionId(connection.value())
                .setUser(user)
                .setRoomId(room.value()));
  }

  static PresenceRequest.Builder left(ConnectionId connection, User user, RoomId room) {
    return PresenceRequest.newBuilder()
        .setLeft(
            RoomLeft.newBuilder()
                .setConnectionId(connection.value())
                .setUserId(user.getId())
                .setRoomId(room.value()));
  }

  static PresenceRequest.Builder typing(User user, RoomId room) {
    return PresenceRequest.newBuilder()
        .setTyping(TypingStarted.newBuilder().setRoomId(room.value()).setUser(user));
  }

  static PresenceRequest.Builder stoppedTyping(UserId user, RoomId room) {
    return PresenceRequest.newBuilder()
        .setStoppedTyping(
            TypingStopped.newBuilder().setRoomId(room.value()).setUserId(user.value()));
  }

  static PresenceRequest.Builder changes(long since) {
    return PresenceRequest.newBuilder()
        .setChanges(ChangesAsked.newBuilder().setSince(Math.max(since, 0)));
  }
}
