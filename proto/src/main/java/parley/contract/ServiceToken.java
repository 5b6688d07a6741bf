package parley.contract;

import io.grpc.CallCredentials;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.concurrent.Executor;
import parley.process.Settings;

/// The shared secret between services: sent as `authorization: Bearer ...`, checked on every call
/// but health and reflection, compared in constant time.
public record ServiceToken(String value) {

  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  /// It goes into a header.
  ///
  /// @throws IllegalArgumentException when shorter than 8 characters, or not one line of ASCII
  public ServiceToken {
    if (!value.chars().allMatch(c -> c >= ' ' && c <= '~')) {
      throw new IllegalArgumentException("SERVICE_TOKEN must be one line of ASCII");
    }
    if (value.length() < 8) {
      throw new IllegalArgumentException("SERVICE_TOKEN must have at least 8 characters");
    }
  }

  /// The setting `SERVICE_TOKEN`, which has no default.
  ///
  /// @throws IllegalArgumentException when it is missing or too short
  public static ServiceToken from(Settings settings) {
    return new ServiceToken(
        settings.required("SERVICE_TOKEN").stripTrailing()); // a file's line end
  }

  /// For the calling side.
  public CallCredentials credentials() {
    Metadata headers = new Metadata();
    headers.put(AUTHORIZATION, "Bearer " + value);
    return new CallCredentials() {
      @Override
      public void applyRequestMetadata(
          RequestInfo info, Executor executor, MetadataApplier applier) {
        applier.apply(headers);
      }
    };
  }

  /// For the serving side: other tokens, or none, end the call with UNAUTHENTICATED.
  public ServerInterceptor guard() {
    byte[] expected = ("Bearer " + value).getBytes(StandardCharsets.UTF_8);
    return new ServerInterceptor() {
      @Override
      public <Q, R> ServerCall.Listener<Q> interceptCall(
          ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        String service = call.getMethodDescriptor().getServiceName();
        if (service != null && service.startsWith("grpc.")) {
          return next.startCall(call, headers);
        }
        String given = headers.get(AUTHORIZATION);
        if (given == null
            || !MessageDigest.isEqual(expected, given.getBytes(StandardCharsets.UTF_8))) {
          call.close(
              Status.UNAUTHENTICATED.withDescription("service token missing or wrong"),
              new Metadata());
          return new ServerCall.Listener<>() {};
        }
        return next.startCall(call, headers);
      }
    };
  }
}
