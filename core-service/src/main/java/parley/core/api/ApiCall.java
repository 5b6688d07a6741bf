package parley.core.api;

import com.mongodb.MongoException;
import io.grpc.stub.StreamObserver;
import java.util.function.Supplier;
import parley.relay.UnaryCall;

/// One call of the API; see {@link UnaryCall}.
final class ApiCall {

  private ApiCall() {}

  static <R> void answer(StreamObserver<R> caller, Supplier<R> call) {
    UnaryCall.answer(caller, MongoException.class, call);
  }
}
