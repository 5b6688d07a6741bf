package parley.edge.event;

import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import parley.contract.RoomId;
import parley.edge.session.ChatSession;
import parley.edge.socketio.EventEncoder;
import parley.edge.upstream.CoreClient;
import parley.proto.relay.Appended;
import parley.proto.relay.Request;

/// Sends changes of a room to core without waiting for them: a client may have many in flight, and
/// they keep their order.
final class Changes {

  /// Writes what the acknowledgement of a change says besides.
  interface Fields {
    EventEncoder.Body of(Appended appended);
  }

  /// No two processes begin alike, and none counts the same number twice: randomness for each
  /// request would cost as much as the rest of reading it.
  private static final String PROCESS = UUID.randomUUID() + "-";

  private static final AtomicLong REQUESTS = new AtomicLong();

  private final CoreClient core;

  Changes(CoreClient core) {
    this.core = core;
  }

  /// Identifies a request that the client gave no id for: minted once, the same in every re-send.
  static String requestKey() {
    return PROCESS + Long.toString(REQUESTS.incrementAndGet(), Character.MAX_RADIX);
  }

  void submit(
      ChatSession session, RoomId room, Request.Builder request, Answer answer, Fields fields) {
    session.beginRequest();
    core.request(
        room.value(),
        request,
        reply -> {
          try {
            if (reply.hasAppended()) {
              session.wrote(room, reply.getAppended().getEvent().getSeq());
              answer.ok(fields.of(reply.getAppended()));
            } else {
              answer.fail(reply.getError());
            }
          } finally {
            session.endRequest(); // when nothing is under way, everything was answered
          }
        });
  }
}
