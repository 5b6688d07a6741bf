package parley.edge.upstream;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import parley.contract.RoomId;
import parley.edge.room.RoomSource;
import parley.proto.relay.LogPage;
import parley.proto.relay.ReadLog;
import parley.proto.relay.Request;

/// The rooms' way to core.
public final class CoreReads implements RoomSource {

  private final CoreClient core;

  public CoreReads(CoreClient core) {
    this.core = core;
  }

  @Override
  public void read(
      RoomId room, long since, long upTo, int limit, Consumer<@Nullable LogPage> answer) {
    core.request(
        room.value(),
        Request.newBuilder()
            .setReadLog(
                ReadLog.newBuilder()
                    .setRoomId(room.value())
                    .setSince(since)
                    .setUpTo(upTo)
                    .setLimit(limit)
                    .setFresh(upTo == 0)),
        reply -> answer.accept(reply.hasLog() ? reply.getLog() : null));
  }
}
