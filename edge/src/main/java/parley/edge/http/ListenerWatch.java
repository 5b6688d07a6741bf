package parley.edge.http;

import io.helidon.webserver.WebServer;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import parley.process.Worker;

/// Notices that the server socket is gone: Helidon gives it up when it finds no file or no memory
/// for a connection, says so in its log alone (its `afterStop` is not reached then), and the
/// process would live on without it. Asks by connecting.
public final class ListenerWatch implements AutoCloseable {

  private static final Duration PERIOD = Duration.ofSeconds(2);
  private static final int PATIENCE_MILLIS = 1_000;

  private final InetSocketAddress address;
  private final Worker worker;
  private volatile boolean gone;

  private ListenerWatch(InetSocketAddress address, Duration period) {
    this.address = address;
    this.worker = Worker.every("listener-watch", period, this::ask);
  }

  /// Watches a server that listens, until it is closed.
  public static ListenerWatch over(WebServer server) {
    return over(server.prototype().host(), server.port(), PERIOD);
  }

  static ListenerWatch over(String host, int port, Duration period) {
    InetSocketAddress bound = new InetSocketAddress(host, port);
    InetSocketAddress address =
        bound.getAddress() != null && bound.getAddress().isAnyLocalAddress()
            ? new InetSocketAddress(InetAddress.getLoopbackAddress(), port)
            : bound;
    ListenerWatch watch = new ListenerWatch(address, period);
    watch.worker.start();
    return watch;
  }

  /// False for good once nobody listens. Does not block.
  public boolean listens() {
    return !gone;
  }

  private void ask() {
    try (Socket socket = new Socket()) {
      socket.connect(address, PATIENCE_MILLIS);
    } catch (ConnectException refused) {
      gone = true;
    } catch (IOException full) {
      // no file for the question, or a full backlog: somebody may well listen
    }
  }

  /// Blocks until no question is under way: the server may be stopped then.
  @Override
  public void close() {
    var unused = worker.end(Duration.ofMillis(2L * PATIENCE_MILLIS));
  }
}
