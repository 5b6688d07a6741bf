package parley.edge.http;

import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderValues;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.http.Status;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import parley.edge.connection.HttpConnection;
import parley.process.ServiceProcess;

/// Answers what failed in here: logged with a correlation id, of which the client hears, and of
/// nothing else. What fails before the head of a request was read is the request's fault, such as a
/// method with a control character in it, though Helidon takes it for its own.
final class Faults implements DirectHandler {

  private static final System.Logger LOG = System.getLogger(Faults.class.getName());

  @Override
  public TransportResponse handle(
      TransportRequest request,
      EventType type,
      Status status,
      ServerResponseHeaders headers,
      Throwable thrown,
      System.@Nullable Logger logger) {
    return answer(request, headers, thrown);
  }

  @Override
  public TransportResponse handle(
      TransportRequest request,
      EventType type,
      Status status,
      ServerResponseHeaders headers,
      @Nullable String message) {
    return answer(request, headers, null);
  }

  private static TransportResponse answer(
      TransportRequest request, ServerResponseHeaders headers, @Nullable Throwable thrown) {
    if (thrown == null && !HttpConnection.headRead()) {
      return response(Status.BAD_REQUEST_400, headers, "Bad request");
    }
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof VirtualMachineError error) {
        ServiceProcess.fatal(error);
      }
    }
    String correlation = UUID.randomUUID().toString();
    LOG.log(System.Logger.Level.ERROR, request.method() + " failed, " + correlation, thrown);
    return response(
        Status.INTERNAL_SERVER_ERROR_500, headers, "Internal server error (" + correlation + ")");
  }

  private static TransportResponse response(
      Status status, ServerResponseHeaders headers, String words) {
    headers.set(HeaderValues.CONTENT_TYPE_TEXT_PLAIN);
    return TransportResponse.builder()
        .status(status)
        .headers(headers)
        .entity(words.getBytes(StandardCharsets.UTF_8))
        .keepAlive(false)
        .build();
  }
}
