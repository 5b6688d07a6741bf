package parley.edge.session;

/// Why a stay in a room ends.
public enum Leaving {
  /// The client said so.
  LEFT,
  /// It did not get in after all.
  NOT_LET_IN,
  /// The user is no member any more.
  REMOVED
}
