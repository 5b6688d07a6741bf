package parley.relay;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.UUID;
import java.util.function.Supplier;
import parley.contract.Errors;
import parley.contract.InvalidIdException;
import parley.contract.RefusedException;
import parley.process.RareWarning;
import parley.proto.errors.ErrorCode;

/// A call that has one answer: what goes wrong becomes a status that says why, and no more. Used by
/// the services' APIs.
public final class UnaryCall {

  private static final System.Logger LOG = System.getLogger(UnaryCall.class.getName());
  private static final RareWarning FAILED = new RareWarning(LOG);

  private UnaryCall() {}

  /// Blocks while the call does.
  ///
  /// @param away what the call throws while its store cannot be reached
  public static <R> void answer(
      StreamObserver<R> caller, Class<? extends RuntimeException> away, Supplier<R> call) {
    R response;
    try {
      response = call.get();
    } catch (RefusedException e) {
      caller.onError(status(e.error().getCode(), e.error().getMessage()).asException());
      return;
    } catch (InvalidIdException e) {
      caller.onError(Status.INVALID_ARGUMENT.withDescription(e.getMessage()).asException());
      return;
    } catch (RuntimeException e) {
      if (away.isInstance(e)) {
        FAILED.warn("call failed: {0}", e.toString());
        caller.onError(
            status(ErrorCode.UNAVAILABLE, Errors.words(ErrorCode.UNAVAILABLE)).asException());
        return;
      }
      String correlation = UUID.randomUUID().toString();
      LOG.log(System.Logger.Level.ERROR, "call failed, " + correlation, e);
      caller.onError(
          Status.INTERNAL.withDescription("Internal server error, " + correlation).asException());
      return;
    }
    caller.onNext(response);
    caller.onCompleted();
  }

  private static Status status(ErrorCode code, String message) {
    return Errors.status(code).toStatus().withDescription(message);
  }
}
