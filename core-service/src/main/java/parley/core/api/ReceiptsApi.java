package parley.core.api;

import io.grpc.stub.StreamObserver;
import java.util.List;
import parley.contract.MessageId;
import parley.contract.RoomId;
import parley.contract.UserId;
import parley.core.receipt.Receipts;
import parley.core.room.Rooms;
import parley.proto.api.GetReadersRequest;
import parley.proto.api.GetReadersResponse;
import parley.proto.api.GetUnreadRequest;
import parley.proto.api.GetUnreadResponse;
import parley.proto.api.MarkReadRequest;
import parley.proto.api.MarkReadResponse;
import parley.proto.api.ReceiptsGrpc;
import parley.proto.api.UnreadInRoom;
import parley.proto.relay.Marked;
import parley.proto.relay.Readers;
import parley.proto.relay.RoomUnread;

/// See `Receipts` in api.proto.
public final class ReceiptsApi extends ReceiptsGrpc.ReceiptsImplBase {

  private final Receipts receipts;
  private final Rooms rooms;

  public ReceiptsApi(Receipts receipts, Rooms rooms) {
    this.receipts = receipts;
    this.rooms = rooms;
  }

  @Override
  public void markRead(MarkReadRequest request, StreamObserver<MarkReadResponse> caller) {
    ApiCall.answer(
        caller,
        () -> {
          Marked marked =
              receipts.mark(
                  new Receipts.Mark(
                      new RoomId(request.getRoomId()),
                      new UserId(request.getUserId()),
                      request.getMessageIdsList().stream().map(MessageId::parse).toList(),
                      0,
                      request.getDelivered(),
                      "",
                      request.getMessageIdsCount() != 1));
          return MarkReadResponse.newBuilder()
              .setSeq(marked.getSeq())
              .setUnread(marked.getUnread())
              .build();
        });
  }

  @Override
  public void getUnread(GetUnreadRequest request, StreamObserver<GetUnreadResponse> caller) {
    ApiCall.answer(
        caller,
        () -> {
          UserId user = new UserId(request.getUserId());
          List<RoomUnread> unread =
              request.getRoomIdsCount() == 0
                  ? receipts.unread(user, rooms.roomsOf(user, Receipts.MOST_ROOMS))
                  : receipts.unreadOf(
                      user, request.getRoomIdsList().stream().map(RoomId::new).toList());
          GetUnreadResponse.Builder response = GetUnreadResponse.newBuilder();
          unread.forEach(
              room ->
                  response.addRooms(
                      UnreadInRoom.newBuilder()
                          .setRoomId(room.getRoomId())
                          .setCount(room.getCount())));
          return response.build();
        });
  }

  @Override
  public void getReaders(GetReadersRequest request, StreamObserver<GetReadersResponse> caller) {
    ApiCall.answer(
        caller,
        () -> {
          Readers readers = receipts.readers(MessageId.parse(request.getMessageId()), null);
          return GetReadersResponse.newBuilder()
              .addAllUserIds(readers.getUserIdsList())
              .setCount(readers.getCount())
              .setDelivered(readers.getDelivered())
              .build();
        });
  }
}
