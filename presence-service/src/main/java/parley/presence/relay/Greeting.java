package parley.presence.relay;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import parley.presence.roster.Presences;
import parley.presence.roster.Roster;
import parley.proto.presence.ConnectionState;
import parley.proto.presence.PresenceHello;

/// How an edge introduces itself on a stream: with all that it holds, in parts. What is in a part
/// is made to stand at once; of all parts only the ids are kept, until the last one says what is
/// gone. For one thread; blocks on Redis.
final class Greeting {

  private final Roster roster;
  private final Presences presences;
  private final Map<String, Set<String>> roomsByConnection = new HashMap<>();
  private int parts;
  private boolean complete;
  private volatile @Nullable String edge;

  Greeting(Roster roster, Presences presences) {
    this.roster = roster;
    this.presences = presences;
  }

  /// The edge's id; null before its first part. Safe for any thread.
  @Nullable String edge() {
    return edge;
  }

  /// True when all parts have come.
  boolean isComplete() {
    return complete;
  }

  /// Takes a part.
  ///
  /// @return false when it is not the next one: the edge has to begin anew
  boolean take(PresenceHello hello) {
    if (complete || hello.getPart() != parts++) {
      return false;
    }
    if (hello.getPart() == 0) {
      roster.register(hello.getEdgeId());
      edge = hello.getEdgeId();
    }
    presences.stand(hello.getEdgeId(), hello.getConnectionsList());
    for (ConnectionState state : hello.getConnectionsList()) {
      roomsByConnection.put(state.getConnectionId(), new HashSet<>(state.getRoomIdsList()));
    }
    presences.departed(hello.getDepartedList());
    complete = hello.getLast() || !hello.getSnapshot();
    if (complete && hello.getSnapshot()) {
      presences.removeAllBut(hello.getEdgeId(), roomsByConnection);
    }
    if (complete) {
      roomsByConnection.clear();
    }
    return true;
  }
}
