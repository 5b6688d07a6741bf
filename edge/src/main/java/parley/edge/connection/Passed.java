package parley.edge.connection;

import io.helidon.common.concurrency.limits.Limit;
import io.helidon.webserver.spi.ServerConnection;
import java.time.Duration;

/// What HTTP handles in the place of a WebSocket, which begins when HTTP is done.
///
/// @param socket is told of an end meanwhile
record Passed(ServerConnection socket) implements ServerConnection {

  @Override
  public void handle(Limit limit) {
    // all is said
  }

  @Override
  public Duration idleTime() {
    return Duration.ZERO;
  }

  @Override
  public void close(boolean interrupt) {
    socket.close(interrupt);
  }
}
