package parley.presence.relay;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import parley.contract.ConnectionId;
import parley.contract.EdgeId;
import parley.contract.RoomId;
import parley.presence.roster.EdgeSnapshot;
import parley.presence.roster.Roster;
import parley.process.redis.Batch;
import parley.proto.presence.PresenceHello;

/// How an edge introduces itself on a stream: with all that it holds, in parts. What is in a part
/// is made to stand at once; of all parts only the ids are kept, until the last one says what is
/// gone. For one thread; blocks on Redis.
final class Greeting {

  private final String stream = UUID.randomUUID().toString();
  private final Roster roster;
  private final EdgeSnapshot snapshots;
  private final Map<ConnectionId, Set<RoomId>> roomsByConnection = new HashMap<>();
  private int parts;
  private boolean complete;
  private boolean isSnapshot;
  private volatile @Nullable EdgeId edge;

  Greeting(Roster roster, EdgeSnapshot snapshots) {
    this.roster = roster;
    this.snapshots = snapshots;
  }

  /// The edge's id; null before its first part. Safe for any thread.
  @Nullable EdgeId edge() {
    return edge;
  }

  /// True when all parts have come.
  boolean isComplete() {
    return complete;
  }

  /// Has the edge said all on another stream since? To be read behind the batch.
  Supplier<Boolean> repeatedElsewhere(Batch batch) {
    EdgeId id = edge;
    if (id == null || !isSnapshot) {
      return () -> false;
    }
    Supplier<String> teller = roster.teller(batch, id);
    return () -> !teller.get().isEmpty() && !teller.get().equals(stream);
  }

  /// Takes a part.
  ///
  /// @return false when it is not the next one: the edge has to begin anew
  boolean take(PresenceHello hello) {
    if (complete || hello.getPart() != parts++) {
      return false;
    }
    EdgeId id = new EdgeId(hello.getEdgeId());
    if (hello.getPart() == 0) {
      begin(id, hello.getSnapshot());
      edge = id;
    }
    roomsByConnection.putAll(snapshots.stand(id, hello.getConnectionsList()));
    snapshots.departed(hello.getDepartedList());
    complete = hello.getLast() || !hello.getSnapshot();
    if (complete && hello.getSnapshot()) {
      snapshots.removeAllBut(id, roomsByConnection);
    }
    if (complete) {
      roomsByConnection.clear();
    }
    return true;
  }

  private void begin(EdgeId id, boolean snapshot) {
    isSnapshot = snapshot;
    if (snapshot) {
      snapshots.begin(id, stream);
    } else {
      roster.register(id);
    }
  }
}
