package parley.edge.connection;

import io.helidon.common.buffers.BufferData;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import parley.process.Worker;

/// All connections of this process. Takes them in up to a limit that leaves files for everything
/// else, because a server socket that finds no file ends; refuses the others with words; and cuts
/// off those that take too long. Safe for any thread.
public final class Connections implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(Connections.class.getName());

  /// Connections that are refused at once; beyond them nobody is accepted for a while.
  static final int REFUSING = 16;

  private static final Duration TURN = Duration.ofMillis(500);
  private static final Duration NEWS = Duration.ofSeconds(10);

  private final ConnectionLimits limits;
  private final int most;
  private final AtomicInteger open = new AtomicInteger();
  private final Set<HttpConnection> timed = ConcurrentHashMap.newKeySet();
  private final RefusalLog refusals = new RefusalLog(LOG, NEWS);
  private final Worker clock;

  public Connections(ConnectionLimits limits) {
    this.limits = limits;
    this.most = permitted(limits.most(), OpenFiles.now());
    this.clock = Worker.every("connection-times", TURN, this::cutOverdue).start();
  }

  private static int permitted(int wanted, OpenFiles files) {
    int fit = Math.max(1, files.connections() - REFUSING);
    if (wanted > fit) {
      LOG.log(
          System.Logger.Level.WARNING,
          "the limit of open files ({0}) permits {1} connections, not {2}: raise ulimit -n",
          Long.toString(files.most()),
          Integer.toString(fit),
          Integer.toString(wanted));
    }
    return wanted == 0 ? fit : Math.min(wanted, fit);
  }

  /// Connections that there may be.
  public int most() {
    return most;
  }

  /// Connections that there may be, and those that are being refused.
  public int accepted() {
    return most + REFUSING;
  }

  /// Connections that there are.
  public int open() {
    return open.get();
  }

  /// Are there so many that those who do nothing have to go sooner? Above four fifths of the limit.
  public boolean crowded() {
    return open.get() * 5L > most * 4L;
  }

  /// Where refusals are told, once in a while.
  public RefusalLog refusals() {
    return refusals;
  }

  /// @param http makes what serves those that are let in
  public ServerConnectionSelector guarding(ServerConnectionSelector http) {
    return new Gate(http);
  }

  private void cutOverdue() {
    long now = System.nanoTime();
    boolean crowded = crowded();
    for (HttpConnection connection : timed) {
      if (connection.overdue(now, crowded)) {
        if (connection.asking()) {
          refusals.refused("took too long", connection.remoteAddress());
        }
        connection.cut();
      }
    }
    refusals.tell(now);
  }

  /// What each may take.
  public ConnectionLimits limits() {
    return limits;
  }

  void began(HttpConnection connection) {
    timed.add(connection);
  }

  /// It is a WebSocket, or over.
  void untimed(HttpConnection connection) {
    timed.remove(connection);
  }

  void ended() {
    open.decrementAndGet();
  }

  @Override
  public void close() {
    clock.close();
  }

  /// Lets in or refuses before a byte is read.
  private final class Gate implements ServerConnectionSelector {

    private final ServerConnectionSelector http;

    Gate(ServerConnectionSelector http) {
      this.http = http;
    }

    @Override
    public int bytesToIdentifyConnection() {
      return http.bytesToIdentifyConnection();
    }

    @Override
    public Support supports(BufferData data) {
      return http.supports(data);
    }

    @Override
    public Set<String> supportedApplicationProtocols() {
      return http.supportedApplicationProtocols();
    }

    @Override
    public ServerConnection connection(ConnectionContext context) {
      boolean fits = open.incrementAndGet() <= most;
      if (!fits) {
        refusals.refused("too many connections", context.remotePeer().host());
      }
      return new HttpConnection(Connections.this, context, http, fits);
    }
  }
}
