package parley.contract;

import parley.proto.errors.Error;
import parley.proto.errors.ErrorCode;

/// A request that cannot be granted, on its way to become an error reply. Its text is fit for
/// clients. It carries no stack: it is an answer, not a fault.
public final class RefusedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient Error error;

  public RefusedException(ErrorCode code) {
    this(Errors.error(code));
  }

  public RefusedException(ErrorCode code, String message) {
    this(Errors.error(code, message));
  }

  public RefusedException(Error error) {
    super(error.getMessage(), null, false, false);
    this.error = error;
  }

  /// The reply.
  public Error error() {
    return error;
  }
}
