package parley.core.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import parley.proto.errors.ErrorCode;
import parley.proto.relay.Reply;
import parley.proto.relay.Request;
import parley.proto.relay.SendMessage;

/// What edges get to hear of requests that fail. Nothing of core is there, so all of them do.
@Timeout(30)
class RequestsTest {

  private final Requests requests =
      new Requests(null, null, null, new Belongings(null, null, null, null, null, true));

  private List<Reply> replies(SendMessage.Builder send) {
    List<Reply> replies = new CopyOnWriteArrayList<>();
    requests.carryOut(Request.newBuilder().setId(7).setSendMessage(send).build(), replies::add);
    return replies;
  }

  @Test
  void aRequestThatFailsIsAnsweredOnceAndDoesNotEndItsStream() {
    List<Reply> replies =
        replies(
            SendMessage.newBuilder()
                .setRoomId("room")
                .setUserId("ana")
                .setContent("hello")
                .setClientMessageId("one"));
    assertEquals(1, replies.size());
    assertEquals(7, replies.getFirst().getId());
    assertEquals(ErrorCode.INTERNAL, replies.getFirst().getError().getCode());
  }

  @Test
  void anIdThatIsNoneIsTheAskersFault() {
    List<Reply> replies =
        replies(SendMessage.newBuilder().setRoomId("no room").setUserId("ana").setContent("x"));
    assertEquals(ErrorCode.INVALID_ROOM_ID, replies.getFirst().getError().getCode());
  }

  @Test
  void aNodeThatStopsSaysSo() {
    requests.close();
    List<Reply> replies = new CopyOnWriteArrayList<>();
    requests.carryOut(
        Request.newBuilder()
            .setReadLog(parley.proto.relay.ReadLog.newBuilder().setRoomId("room"))
            .build(),
        replies::add);
    assertEquals(ErrorCode.UNAVAILABLE, replies.getFirst().getError().getCode());
  }
}
