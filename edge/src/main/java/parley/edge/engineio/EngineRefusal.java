package parley.edge.engineio;

/// A request that is refused, as the protocol numbers the reasons. The body is
/// `{"code":N,"message":"..."}`.
final class EngineRefusal extends Exception {

  private static final long serialVersionUID = 1L;

  /// Why.
  enum Reason {
    TRANSPORT_UNKNOWN(0, "Transport unknown", 400),
    SESSION_UNKNOWN(1, "Session ID unknown", 400),
    BAD_METHOD(2, "Bad handshake method", 400),
    BAD_REQUEST(3, "Bad request", 400),
    FORBIDDEN(4, "Forbidden: pages of this origin may not connect", 403),
    UNSUPPORTED_VERSION(5, "Unsupported protocol version", 400),
    /// Own: for load balancers, and for clients that come back by themselves.
    STOPPING(6, "Server is stopping", 503),
    /// Own: as a connection too many is refused.
    TOO_MANY(7, "Too many connections", 503),
    /// Own: the status is the reference's.
    TOO_LARGE(8, "Request body too large", 413);

    private final String body;
    private final int status;

    Reason(int code, String message, int status) {
      this.body = "{\"code\":" + code + ",\"message\":\"" + message + "\"}";
      this.status = status;
    }

    String body() {
      return body;
    }

    int status() {
      return status;
    }
  }

  private final Reason reason;

  EngineRefusal(Reason reason) {
    super(reason.body(), null, false, false);
    this.reason = reason;
  }

  Reason reason() {
    return reason;
  }
}
