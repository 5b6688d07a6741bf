package parley.edge.room;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import parley.contract.RoomId;
import parley.proto.relay.LogPage;

/// Where rooms get what the bus did not bring.
public interface RoomSource {

  /// Reads entries above `since`; never blocks.
  ///
  /// @param upTo 0 = no bound
  /// @param limit 0 = the head alone
  /// @param answer called once, by any thread; null when it could not be read
  void read(RoomId room, long since, long upTo, int limit, Consumer<@Nullable LogPage> answer);
}
