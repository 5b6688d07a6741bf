package parley.edge.http;

import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.http.Status;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import parley.edge.engineio.Cors;

/// Answers what the HTTP server itself refuses, a WebSocket that may not be one included: with
/// words, and with the headers that let a page read them.
final class Refusals implements DirectHandler {

  /// What Helidon says of words that it keeps to itself.
  private static final String HIDDEN = "Bad request, see server log for more information";

  private final Cors cors;

  Refusals(Cors cors) {
    this.cors = cors;
  }

  @Override
  public TransportResponse handle(
      TransportRequest request,
      EventType type,
      Status status,
      ServerResponseHeaders headers,
      @Nullable String message) {
    if (request.headers().contains(HeaderNames.ORIGIN) && status.code() != 403) {
      cors.answer(request.headers(), headers);
    } else {
      Cors.anybody(headers); // it may have named one, in what could not be read
    }
    if (!headers.contains(HeaderNames.CONTENT_TYPE)) {
      headers.set(HeaderValues.CONTENT_TYPE_TEXT_PLAIN);
    }
    TransportResponse.Builder answer = TransportResponse.builder().status(status).headers(headers);
    if (!request.method().equals("HEAD")) {
      answer.entity(words(status, message).getBytes(StandardCharsets.UTF_8));
    }
    return answer.build();
  }

  private static String words(Status status, @Nullable String message) {
    return message == null || message.isEmpty() || message.equals(HIDDEN)
        ? status.reasonPhrase()
        : message;
  }
}
