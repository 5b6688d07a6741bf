package parley.core.log;

/// A lane cannot go on with what it knows; it forgets its state and begins anew: with the
/// next command, or at once when entries are on their way.
final class LaneFailure extends RuntimeException {

  private static final long serialVersionUID = 1L;

  LaneFailure(String message) {
    super(message);
  }
}
