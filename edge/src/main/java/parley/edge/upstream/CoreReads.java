package parley.edge.upstream;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import parley.contract.RoomId;
import parley.edge.room.RoomSource;
import parley.proto.relay.LogPage;
import parley.proto.relay.ReadLog;
import parley.proto.relay.Request;

/// The rooms' way to core. Rooms need core, and core's client needs the rooms: the circle is closed
/// by {@link #through}, before anything starts.
public final class CoreReads implements RoomSource {

  private @Nullable CoreClient core;

  /// Reads go through this client from now on.
  public void through(CoreClient client) {
    this.core = client;
  }

  @Override
  public void read(
      RoomId room, long since, long upTo, int limit, Consumer<@Nullable LogPage> answer) {
    CoreClient known = core;
    if (known == null) {
      answer.accept(null);
      return;
    }
    known.request(
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
