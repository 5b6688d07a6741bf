package parley.edge.engineio;

/// Why a session, or a client's stay in a namespace, ends: the word for it, and whether the client
/// comes back. The words are those of the Socket.IO reference, so that logs and applications of
/// both read alike; several reasons can share one.
public enum EndReason {
  /// The client said goodbye, or its connection dropped.
  TRANSPORT_CLOSE("transport close", true),
  /// Reading from or writing to the client failed, or it broke the transport's rules.
  TRANSPORT_ERROR("transport error", true),
  /// More waited for the client than may.
  TOO_SLOW("transport error", true),
  /// The client did not answer a ping in time.
  PING_TIMEOUT("ping timeout", true),
  /// The client broke the protocol.
  PARSE_ERROR("parse error", true),
  /// The client joined no namespace in time.
  CONNECT_TIMEOUT("forced close", true),
  /// The client was refused too often.
  TOO_MANY_REFUSALS("forced close", true),
  /// What the client has under way, not whole yet, is more than is kept for it.
  TOO_MUCH_PENDING("forced close", true),
  /// What the client needs cannot be reached now; it should try again.
  UNAVAILABLE("forced close", true),
  /// The client goes on with this connection elsewhere.
  TAKEN_OVER("forced close", true),
  /// The connection that the client wanted to go on with cannot be; it has to begin another.
  NOT_RECOVERED("forced close", true),
  /// The node ends the connection for a reason of its own.
  FORCED_CLOSE("forced close", true),
  /// A fault of ours.
  FAULT("transport error", true),
  /// The node stops.
  SHUTTING_DOWN("server shutting down", true),
  /// The client left the namespace.
  CLIENT_LEFT("client namespace disconnect", false),
  /// The node put the client out of the namespace.
  PUT_OUT("server namespace disconnect", false);

  private final String word;
  private final boolean comesBack;

  EndReason(String word, boolean comesBack) {
    this.word = word;
    this.comesBack = comesBack;
  }

  /// The reference's word for it.
  public String word() {
    return word;
  }

  /// Is it this node's doing, and none of the client's? Some clients that poll take a close packet
  /// for a goodbye, whatever comes of it, and stay away.
  boolean isOurs() {
    return switch (this) {
      case UNAVAILABLE, TAKEN_OVER, NOT_RECOVERED, FORCED_CLOSE, FAULT, SHUTTING_DOWN -> true;
      default -> false;
    };
  }

  /// Does a client of the official kind come back by itself? Then what lets it go on is kept.
  public boolean comesBack() {
    return comesBack;
  }
}
