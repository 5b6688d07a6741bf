package parley.edge.websocket;

/// How a WebSocket ended.
public enum Ending {
  /// The peer closed it, or the connection dropped.
  PEER_GONE,
  /// It was dropped here.
  DROPPED,
  /// The peer sent what may not be sent.
  PROTOCOL_BROKEN,
  /// The peers have more under way than is kept for them.
  OVERLOADED,
  /// A fault of ours.
  FAULT
}
