package parley.core.relay;

import parley.contract.RefusedException;
import parley.contract.RoomId;
import parley.contract.UserId;
import parley.core.log.History;
import parley.core.room.RoomReader;
import parley.core.room.Rooms;
import parley.core.room.StoredRoom;
import parley.core.user.Users;
import parley.proto.chat.User;
import parley.proto.errors.ErrorCode;
import parley.proto.relay.Authenticate;
import parley.proto.relay.Authenticated;
import parley.proto.relay.JoinRoom;
import parley.proto.relay.ReadLog;
import parley.proto.relay.ReadMessages;
import parley.proto.relay.Reply;
import parley.proto.relay.Request;
import parley.proto.relay.RoomJoined;

/// The requests of edges that append nothing. Each blocks on the store.
public final class Reads {

  private static final int ROOMS_TOLD = 200;

  private final Users users;
  private final Rooms rooms;
  private final RoomReader reader;
  private final History history;
  private final boolean openUsers;

  /// @param openUsers create the user of a valid token on first sight
  public Reads(Users users, Rooms rooms, RoomReader reader, History history, boolean openUsers) {
    this.users = users;
    this.rooms = rooms;
    this.reader = reader;
    this.history = history;
    this.openUsers = openUsers;
  }

  /// @throws RefusedException when the answer is no
  Reply.Builder read(Request request) {
    Reply.Builder reply = Reply.newBuilder();
    return switch (request.getOpCase()) {
      case AUTHENTICATE -> reply.setAuthenticated(authenticate(request.getAuthenticate()));
      case JOIN_ROOM -> reply.setRoomJoined(join(request.getJoinRoom()));
      case READ_MESSAGES -> reply.setMessages(messages(request.getReadMessages()));
      case READ_LOG -> reply.setLog(log(request.getReadLog()));
      case SEND_MESSAGE, EDIT_MESSAGE, DELETE_MESSAGE, OP_NOT_SET ->
          throw new IllegalArgumentException("not a read: " + request.getOpCase());
    };
  }

  private Authenticated authenticate(Authenticate claims) {
    UserId id = new UserId(claims.getUserId());
    User user = users.find(id).orElseGet(() -> firstSeen(id, claims));
    if (!user.getActive()) {
      throw new RefusedException(ErrorCode.INVALID_USER);
    }
    Authenticated.Builder answer = Authenticated.newBuilder().setUser(user);
    rooms.roomsOf(id, ROOMS_TOLD).forEach(room -> answer.addRooms(room.toProto()));
    return answer.build();
  }

  private User firstSeen(UserId id, Authenticate claims) {
    if (!openUsers) {
      throw new RefusedException(ErrorCode.INVALID_USER);
    }
    String name = claims.getUsername().isEmpty() ? id.value() : claims.getUsername();
    return users.put(
        User.newBuilder()
            .setId(id.value())
            .setUsername(name)
            .setEmail(claims.getEmail())
            .setPhoneNumber(claims.getPhoneNumber())
            .setActive(true)
            .build());
  }

  private RoomJoined join(JoinRoom join) {
    RoomReader.Admitted admitted =
        reader.admit(new RoomId(join.getRoomId()), new UserId(join.getUserId()));
    return RoomJoined.newBuilder()
        .setRoom(admitted.room().toProto())
        .setRole(admitted.role())
        .build();
  }

  private parley.proto.relay.MessagePage messages(ReadMessages read) {
    RoomId room = new RoomId(read.getRoomId());
    RoomReader.Admitted admitted = reader.admit(room, new UserId(read.getUserId()));
    return history.messages(
        admitted.room().id(), read.getBeforeOrdinal(), read.getLimit(), read.getAtLeast());
  }

  private parley.proto.relay.LogPage log(ReadLog read) {
    StoredRoom room =
        rooms
            .find(new RoomId(read.getRoomId()))
            .orElseThrow(() -> new RefusedException(ErrorCode.ACCESS_DENIED));
    return history.log(room, read.getSince(), read.getUpTo(), read.getLimit(), read.getFresh());
  }
}
