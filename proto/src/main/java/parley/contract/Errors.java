package parley.contract;

import io.grpc.Status;
import parley.proto.errors.Error;
import parley.proto.errors.ErrorCode;

/// The table of errors: code, gRPC status for internal callers, words for people, and whether
/// trying again can help. `docs/errors.md` is this class in prose; a test compares them.
public final class Errors {

  private Errors() {}

  /// Is it sensible to send the same request again, perhaps after a while?
  public static boolean retryable(ErrorCode code) {
    return switch (code) {
      case RATE_LIMITED, BUSY, UNAVAILABLE, DEADLINE_EXCEEDED -> true;
      case ERROR_CODE_UNSPECIFIED,
          INVALID_ARGUMENT,
          INVALID_ROOM_ID,
          INVALID_CONTENT,
          UNAUTHENTICATED,
          ACCESS_DENIED,
          UNAUTHORIZED,
          NOT_FOUND,
          INTERNAL,
          UNKNOWN_EVENT,
          ALREADY_EXISTS,
          INVALID_USER,
          TOO_MANY,
          UNRECOGNIZED ->
          false;
    };
  }

  /// The words for a code when the failing part has none better.
  public static String words(ErrorCode code) {
    return switch (code) {
      case INVALID_ARGUMENT -> "Invalid data format";
      case INVALID_ROOM_ID -> "Invalid room ID";
      case INVALID_CONTENT -> "Invalid message content";
      case UNAUTHENTICATED -> "Authentication failed";
      case ACCESS_DENIED -> "Access denied";
      case UNAUTHORIZED -> "Unauthorized";
      case NOT_FOUND -> "Not found";
      case RATE_LIMITED -> "Rate limit exceeded";
      case BUSY -> "Too busy, try again";
      case UNAVAILABLE -> "Temporarily unavailable, try again";
      case DEADLINE_EXCEEDED -> "Not answered in time, try again";
      case UNKNOWN_EVENT -> "Unknown event";
      case ALREADY_EXISTS -> "Already exists";
      case INVALID_USER -> "Invalid user";
      case TOO_MANY -> "Too many";
      case INTERNAL, ERROR_CODE_UNSPECIFIED, UNRECOGNIZED -> "Internal server error";
    };
  }

  /// The status that internal callers of the gRPC API get for a code.
  public static Status.Code status(ErrorCode code) {
    return switch (code) {
      case INVALID_ARGUMENT, INVALID_ROOM_ID, INVALID_CONTENT, UNKNOWN_EVENT ->
          Status.Code.INVALID_ARGUMENT;
      case UNAUTHENTICATED -> Status.Code.UNAUTHENTICATED;
      case ACCESS_DENIED, UNAUTHORIZED, INVALID_USER -> Status.Code.PERMISSION_DENIED;
      case NOT_FOUND -> Status.Code.NOT_FOUND;
      case RATE_LIMITED, BUSY, TOO_MANY -> Status.Code.RESOURCE_EXHAUSTED;
      case UNAVAILABLE -> Status.Code.UNAVAILABLE;
      case DEADLINE_EXCEEDED -> Status.Code.DEADLINE_EXCEEDED;
      case ALREADY_EXISTS -> Status.Code.ALREADY_EXISTS;
      case INTERNAL, ERROR_CODE_UNSPECIFIED, UNRECOGNIZED -> Status.Code.INTERNAL;
    };
  }

  /// An error reply with the code's own words.
  public static Error error(ErrorCode code) {
    return error(code, words(code));
  }

  /// An error reply; `message` must be fit for clients.
  public static Error error(ErrorCode code, String message) {
    return Error.newBuilder().setCode(code).setMessage(message).build();
  }
}
