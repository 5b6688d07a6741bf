package parley.core.relay;

import com.mongodb.MongoException;
import java.util.List;
import parley.contract.MessageId;
import parley.contract.RefusedException;
import parley.contract.RoomId;
import parley.contract.UserId;
import parley.core.log.History;
import parley.core.receipt.Receipts;
import parley.core.room.Projected;
import parley.core.room.RoomReader;
import parley.core.room.Rooms;
import parley.core.room.StoredRoom;
import parley.proto.errors.ErrorCode;
import parley.proto.relay.JoinRoom;
import parley.proto.relay.LogPage;
import parley.proto.relay.MarkRead;
import parley.proto.relay.Marked;
import parley.proto.relay.ReadLog;
import parley.proto.relay.ReadMessages;
import parley.proto.relay.ReadReaders;
import parley.proto.relay.ReadUnread;
import parley.proto.relay.Readers;
import parley.proto.relay.Reply;
import parley.proto.relay.Request;
import parley.proto.relay.RoomJoined;
import parley.proto.relay.RoomUnread;
import parley.proto.relay.Unread;

/// The requests of edges that append nothing. Each blocks on the store.
public final class Reads {

  private final Rooms rooms;
  private final RoomReader reader;
  private final Projected projected;
  private final History history;
  private final Receipts receipts;

  public Reads(
      Rooms rooms, RoomReader reader, Projected projected, History history, Receipts receipts) {
    this.projected = projected;
    this.rooms = rooms;
    this.reader = reader;
    this.history = history;
    this.receipts = receipts;
  }

  /// @throws RefusedException when the answer is no
  Reply.Builder read(Request request) {
    Reply.Builder reply = Reply.newBuilder();
    return switch (request.getOpCase()) {
      case JOIN_ROOM -> reply.setRoomJoined(join(request.getJoinRoom()));
      case READ_MESSAGES -> reply.setMessages(messages(request.getReadMessages()));
      case READ_LOG -> reply.setLog(log(request.getReadLog()));
      case MARK_READ -> reply.setMarked(mark(request.getMarkRead()));
      case READ_UNREAD -> reply.setUnread(unread(request.getReadUnread()));
      case READ_READERS -> reply.setReaders(readers(request.getReadReaders()));
      case AUTHENTICATE,
          READ_USER_FEEDS,
          SEND_MESSAGE,
          EDIT_MESSAGE,
          DELETE_MESSAGE,
          REACT_TO_MESSAGE,
          OP_NOT_SET ->
          throw new IllegalArgumentException("not a read: " + request.getOpCase());
    };
  }

  private Marked mark(MarkRead mark) {
    Receipts.Mark asked =
        new Receipts.Mark(
            new RoomId(mark.getRoomId()),
            new UserId(mark.getUserId()),
            mark.getMessageIdsList().stream().map(MessageId::parse).toList(),
            mark.getUpTo(),
            mark.getDelivered(),
            mark.getSocketId(),
            mark.getSeveral());
    if (!mark.getUnread()) {
      return receipts.mark(asked);
    }
    if (mark.getMessageIdsCount() != 1) {
      throw new RefusedException(ErrorCode.INVALID_ARGUMENT, "one message must be named");
    }
    return receipts.markUnread(asked);
  }

  private Unread unread(ReadUnread read) {
    UserId user = new UserId(read.getUserId());
    List<RoomUnread> unread =
        read.getRoomIdsCount() == 0
            ? receipts.unread(user, rooms.roomsOf(user, Receipts.MOST_ROOMS))
            : receipts.unreadOf(user, read.getRoomIdsList().stream().map(RoomId::new).toList());
    return Unread.newBuilder().addAllRooms(unread).build();
  }

  private Readers readers(ReadReaders read) {
    return receipts.readers(MessageId.parse(read.getMessageId()), new UserId(read.getUserId()));
  }

  private RoomJoined join(JoinRoom join) {
    UserId user = new UserId(join.getUserId());
    RoomReader.Admitted admitted = reader.admit(new RoomId(join.getRoomId()), user);
    return RoomJoined.newBuilder()
        .setUnread(receipts.unread(user, List.of(admitted.room())).getFirst())
        .setLarge(rooms.memberships().areMany(admitted.room().id()))
        .setRoom(admitted.room().toProto())
        .setRole(admitted.role())
        .setPermittedAt(admitted.at())
        .build();
  }

  private parley.proto.relay.MessagePage messages(ReadMessages read) {
    RoomId room = new RoomId(read.getRoomId());
    UserId user = new UserId(read.getUserId());
    try {
      RoomReader.Admitted admitted = reader.admit(room, user);
      return history.messages(
          room, read.getBeforeOrdinal(), read.getLimit(), read.getAtLeast(), admitted.at());
    } catch (MongoException e) {
      if (read.getBeforeOrdinal() != 0) {
        throw e;
      }
      RoomReader.Admitted admitted = reader.lately(room, user);
      return history.lastKnown(admitted.room().id(), read.getLimit(), read.getAtLeast());
    }
  }

  private LogPage log(ReadLog read) {
    StoredRoom room =
        rooms
            .find(new RoomId(read.getRoomId()))
            .orElseThrow(() -> new RefusedException(ErrorCode.ACCESS_DENIED));
    long head = read.getFresh() ? projected.ensure(room) : 0;
    LogPage page = history.log(room, read.getSince(), read.getUpTo(), read.getLimit(), head);
    return read.getReachedAtMs() == 0
        ? page
        : page.toBuilder()
            .setReached(history.reached(room.id(), read.getSince(), read.getReachedAtMs()))
            .build();
  }
}
