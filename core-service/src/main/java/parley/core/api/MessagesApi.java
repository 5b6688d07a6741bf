package parley.core.api;

import io.grpc.stub.StreamObserver;
import parley.contract.RefusedException;
import parley.contract.RoomId;
import parley.contract.Text;
import parley.contract.UserId;
import parley.core.log.Change;
import parley.core.log.Command;
import parley.core.log.History;
import parley.core.log.Outcome;
import parley.core.room.Projected;
import parley.proto.api.MessagesGrpc;
import parley.proto.api.ReadHistoryRequest;
import parley.proto.api.ReadHistoryResponse;
import parley.proto.api.SendMessageRequest;
import parley.proto.api.SendMessageResponse;
import parley.proto.errors.ErrorCode;
import parley.proto.relay.MessagePage;

/// See `Messages` in api.proto.
public final class MessagesApi extends MessagesGrpc.MessagesImplBase {

  private static final int LONGEST_CONTENT = 5_000;
  private static final int LONGEST_CLIENT_ID = 64;
  private static final int LONGEST_TYPE = 32;
  private static final int MOST_ATTACHMENTS = 10;

  private final Appends appends;
  private final Projected projected;
  private final History history;

  public MessagesApi(Appends appends, Projected projected, History history) {
    this.projected = projected;
    this.appends = appends;
    this.history = history;
  }

  @Override
  public void sendMessage(SendMessageRequest request, StreamObserver<SendMessageResponse> caller) {
    ApiCall.answer(caller, () -> send(request));
  }

  @Override
  public void readHistory(ReadHistoryRequest request, StreamObserver<ReadHistoryResponse> caller) {
    ApiCall.answer(
        caller,
        () -> {
          RoomId room = new RoomId(request.getRoomId());
          long head =
              projected
                  .current(room)
                  .orElseThrow(() -> new RefusedException(ErrorCode.NOT_FOUND))
                  .at();
          MessagePage page =
              history.messages(room, request.getBeforeOrdinal(), request.getLimit(), 0, head);
          return ReadHistoryResponse.newBuilder()
              .addAllMessages(page.getMessagesList())
              .setHasMore(page.getHasMore())
              .build();
        });
  }

  private SendMessageResponse send(SendMessageRequest request) {
    check(request);
    UserId sender = new UserId(request.getUserId());
    UserId receiver =
        request.getReceiverId().isEmpty() ? null : new UserId(request.getReceiverId());
    RoomId room =
        receiver == null ? new RoomId(request.getRoomId()) : RoomId.direct(sender, receiver);
    Change.Posted message =
        new Change.Posted(
            request.getMessageType().isEmpty() ? "text" : request.getMessageType(),
            request.getContent(),
            request.getAttachmentsList(),
            request.getClientMessageId());
    Outcome.Appended appended =
        appends.post(
            room, sender, request.getClientMessageId(), new Command.Post(message), receiver);
    return SendMessageResponse.newBuilder()
        .setMessage(appended.event().getMessage())
        .setDuplicate(appended.duplicate())
        .setConflict(appended.conflict())
        .build();
  }

  private static void check(SendMessageRequest request) {
    int length = request.getContent().length();
    boolean empty = length == 0 && request.getAttachmentsCount() == 0;
    if (empty
        || length > LONGEST_CONTENT
        || request.getAttachmentsCount() > MOST_ATTACHMENTS
        || request.getMessageType().length() > LONGEST_TYPE) {
      throw new RefusedException(ErrorCode.INVALID_CONTENT);
    }
    if (request.getClientMessageId().length() > LONGEST_CLIENT_ID
        || !Text.isName(request.getClientMessageId())) {
      throw new RefusedException(
          ErrorCode.INVALID_ARGUMENT,
          "client_message_id must have at most 64 characters, without < and >");
    }
  }
}
