package parley.edge.presence;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import parley.proto.presence.PresenceChange;
import parley.proto.presence.Presences;

/// What was missed and is to be asked for: from which version on, until all of it was answered. A
/// question that is not answered is asked again. For one thread.
final class Missed {

  /// Two nodes' versions may cross by so much, in microseconds.
  private static final long OVERLAP_MICROS = 5_000_000;

  private @Nullable Long from;

  /// Something behind this version, or a little before it, did not come. What is asked for already
  /// from further back stays so.
  void since(long version) {
    long since = version - OVERLAP_MICROS;
    Long known = from;
    from = known == null ? since : Math.min(known, since);
  }

  /// The version from which to ask; null = nothing is missed.
  @Nullable Long from() {
    return from;
  }

  /// What came of asking.
  ///
  /// @param page empty = there was no answer
  /// @return the changes in it
  List<PresenceChange> answered(Optional<Presences> page) {
    if (page.isEmpty()) {
      return List.of();
    }
    Presences answer = page.get();
    Long known = from;
    boolean goesOn = known != null && answer.getMoreSince() > known;
    from = goesOn ? answer.getMoreSince() : null;
    return answer.getUsersList();
  }
}
