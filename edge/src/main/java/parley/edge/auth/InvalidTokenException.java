package parley.edge.auth;

/// A token that does not verify. The message is for the log.
public final class InvalidTokenException extends Exception {

  private static final long serialVersionUID = 1L;

  InvalidTokenException(String message) {
    super(message, null, false, false);
  }
}
