package parley.edge.http;

import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderValues;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.http.Status;
import io.helidon.webserver.ServerConnectionException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import parley.edge.engineio.Cors;
import parley.process.ServiceProcess;

/// Answers what failed in here: logged with a correlation id, of which the client hears, and of
/// nothing else.
///
/// What fails outside of routing is the reading of a request, and the request's fault, such as a
/// method with a control character in it, though Helidon takes it for its own. The one piece of
/// ours there, the upgrade to WebSocket, answers for its faults itself.
final class Faults implements DirectHandler {

  private static final System.Logger LOG = System.getLogger(Faults.class.getName());

  /// What routing threw.
  @Override
  public TransportResponse handle(
      TransportRequest request,
      EventType type,
      Status status,
      ServerResponseHeaders headers,
      Throwable thrown,
      System.@Nullable Logger logger) {
    if (isGone(thrown)) {
      LOG.log(System.Logger.Level.DEBUG, "the client is gone", thrown);
      return response(Status.BAD_REQUEST_400, headers, "Bad request"); // nobody reads it
    }
    String correlation = UUID.randomUUID().toString();
    LOG.log(System.Logger.Level.ERROR, request.method() + " failed, " + correlation, thrown);
    return response(
        Status.INTERNAL_SERVER_ERROR_500, headers, "Internal server error (" + correlation + ")");
  }

  private static boolean isGone(Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof VirtualMachineError error) {
        ServiceProcess.fatal(error);
      }
      if (cause instanceof IOException
          || cause instanceof UncheckedIOException
          || cause instanceof ServerConnectionException) {
        return true;
      }
    }
    return false;
  }

  @Override
  public TransportResponse handle(
      TransportRequest request,
      EventType type,
      Status status,
      ServerResponseHeaders headers,
      @Nullable String message) {
    LOG.log(System.Logger.Level.DEBUG, "a request could not be read: {0}", message);
    return response(Status.BAD_REQUEST_400, headers, "Bad request");
  }

  private static TransportResponse response(
      Status status, ServerResponseHeaders headers, String words) {
    Cors.anybody(headers);
    headers.set(HeaderValues.CONTENT_TYPE_TEXT_PLAIN);
    return TransportResponse.builder()
        .status(status)
        .headers(headers)
        .entity(words.getBytes(StandardCharsets.UTF_8))
        .keepAlive(false)
        .build();
  }
}
