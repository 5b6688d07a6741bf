package parley.edge.websocket;

/// Status codes of close frames, RFC 6455 section 7.4.1.
public enum CloseCode {
  /// The peer broke the protocol.
  PROTOCOL_ERROR(1002),
  /// Text that is not UTF-8.
  INVALID_PAYLOAD(1007),
  /// A message over the limit.
  TOO_BIG(1009),
  /// A fault of ours.
  INTERNAL_ERROR(1011),
  /// There is no room now; the peer should come again.
  TRY_AGAIN_LATER(1013);

  private final int number;

  CloseCode(int number) {
    this.number = number;
  }

  /// As on the wire.
  public int number() {
    return number;
  }

  /// May a peer send this number? RFC 6455 section 7.4: 1000-1003, 1007-1014, 3000-4999.
  static boolean mayBeReceived(int number) {
    return number >= 1000 && number <= 1003
        || number >= 1007 && number <= 1014
        || number >= 3000 && number <= 4999;
  }
}
