package parley.edge.connection;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.spi.ServerConnection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// A connection too many: it is told so. {@link HttpConnection} reads what it says until it goes,
/// and cuts it off after a second.
final class Refusal implements ServerConnection {

  private static final String BODY = "{\"code\":7,\"message\":\"Too many connections\"}";
  private static final byte[] ANSWER =
      ("HTTP/1.1 503 Service Unavailable\r\n"
              + "Connection: close\r\n"
              + "Retry-After: 5\r\n"
              + "Content-Type: application/json\r\n"
              + "Access-Control-Allow-Origin: *\r\n"
              + "Content-Length: "
              + BODY.length()
              + "\r\n\r\n"
              + BODY)
          .getBytes(StandardCharsets.US_ASCII);

  private final ConnectionContext context;

  Refusal(ConnectionContext context) {
    this.context = context;
  }

  @Override
  public void handle(Limit limit) {
    context.dataWriter().writeNow(BufferData.create(ANSWER));
  }

  @Override
  public Duration idleTime() {
    return Duration.ZERO;
  }

  @Override
  public void close(boolean interrupt) {
    context.serverSocket().close();
  }
}
