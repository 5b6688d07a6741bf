package parley.contract;

/// A text that is not the identifier it should be. The message is fit for clients: it names the
/// kind of id, never the text that was given.
public final class InvalidIdException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  public InvalidIdException(String message) {
    super(message);
  }
}
