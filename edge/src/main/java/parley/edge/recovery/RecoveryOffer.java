package parley.edge.recovery;

/// What a client is offered when it connects.
public enum RecoveryOffer {

  /// Neither a `pid` nor offsets.
  NOTHING,

  /// A `pid` that leads nowhere, and no offsets. A client that knows recovery gives it back when it
  /// comes again, which nobody else does: from then on it is offered {@link #ALL}.
  PID,

  /// A `pid` and offsets: it can go on with this connection.
  ALL
}
