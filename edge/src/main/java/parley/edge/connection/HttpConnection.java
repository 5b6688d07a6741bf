package parley.edge.connection;

import io.helidon.common.buffers.DataReader;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.common.task.InterruptableTask;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One connection, while it is none of a WebSocket: knows what is waited for, and since when.
/// Whoever handles a request of it, by its thread, says here how far the request is.
public final class HttpConnection implements ServerConnection, InterruptableTask<Void> {

  private static final System.Logger LOG = System.getLogger(HttpConnection.class.getName());

  /// Of the connection's thread, which is its alone. (A scoped value would keep five frames more on
  /// the stack of every WebSocket, as long as it lives.)
  private static final ThreadLocal<@Nullable HttpConnection> CURRENT = new ThreadLocal<>();

  private static final long REFUSED_NANOS = TimeUnit.SECONDS.toNanos(1);

  /// Where many wait, the patience with each is so many times shorter.
  private static final int CROWDED = 5;

  /// What is waited for.
  private enum Phase {
    HEAD,
    BODY,
    /// For nothing of the client's: the request is being handled.
    ANSWER,
    NEXT,
    /// For the client to go.
    REFUSED
  }

  /// @param since {@link System#nanoTime}
  private record Waiting(Phase phase, long since) {}

  private final Connections all;
  private final ConnectionContext context;
  private final ServerConnectionSelector http;
  private final boolean letIn;
  private volatile @Nullable ServerConnection inner; // once it has begun to speak
  private volatile Waiting waiting;
  private volatile boolean last;
  // Of the connection's own thread.
  private boolean old;
  private boolean unread;
  private @Nullable ServerConnection webSocket;

  HttpConnection(
      Connections all, ConnectionContext context, ServerConnectionSelector http, boolean letIn) {
    this.all = all;
    this.context = context;
    this.http = http;
    this.letIn = letIn;
    this.waiting = new Waiting(letIn ? Phase.HEAD : Phase.REFUSED, System.nanoTime());
  }

  /// The head of a request is whole.
  ///
  /// @param body has it one?
  static void requested(boolean body) {
    HttpConnection current = CURRENT.get();
    if (current != null) {
      current.unread = body;
      current.waitFor(body ? Phase.BODY : Phase.ANSWER);
    }
  }

  /// The request that is being handled is to be the last of its connection.
  public static void last() {
    HttpConnection current = CURRENT.get();
    if (current != null) {
      current.last = true;
    }
  }

  /// Is it?
  public static boolean isLast() {
    HttpConnection current = CURRENT.get();
    return current != null && current.last;
  }

  /// Does the connection that is being handled speak HTTP/1.0?
  static boolean isOld() {
    HttpConnection current = CURRENT.get();
    return current != null && current.old;
  }

  /// The body of the request that is being handled was read.
  public static void bodyRead() {
    HttpConnection current = CURRENT.get();
    if (current != null) {
      current.unread = false;
      current.waitFor(Phase.ANSWER);
    }
  }

  /// What is to run when the request that is being handled was answered; by any thread.
  public static Runnable answered() {
    HttpConnection current = CURRENT.get();
    return () -> {
      if (current != null) {
        current.waitFor(Phase.NEXT);
      }
    };
  }

  /// The connection that is being handled becomes a WebSocket: others see to its times.
  ///
  /// @return what HTTP is to handle in its place. Where possible that returns at once, and `socket`
  ///     is handled when HTTP has left the stack and the heap: both would stay as long as it lives
  public static ServerConnection upgraded(ServerConnection socket) {
    HttpConnection current = CURRENT.get();
    if (current == null) {
      return socket;
    }
    current.webSocket = socket;
    current.all.untimed(current);
    return new Passed(socket);
  }

  /// The last word of the connection that is being handled is written: its peer is to read that,
  /// and has a second to go.
  ///
  /// @return false when nobody would cut it off
  public static boolean leaving() {
    HttpConnection current = CURRENT.get();
    if (current == null) {
      return false;
    }
    current.soonCutOff();
    return true;
  }

  private void soonCutOff() {
    waitFor(Phase.REFUSED);
    all.began(this);
  }

  private void waitFor(Phase phase) {
    waiting = new Waiting(phase, System.nanoTime());
  }

  @Override
  public void handle(Limit limit) throws InterruptedException {
    all.began(this);
    CURRENT.set(this);
    try {
      serve(limit);
      ServerConnection socket = webSocket;
      if (socket != null) {
        socket.handle(limit);
      }
    } finally {
      all.untimed(this);
      all.ended();
      CURRENT.remove();
    }
  }

  private void serve(Limit limit) throws InterruptedException {
    boolean refused = false;
    try {
      ServerConnection speaking = letIn ? speaking() : new Refusal(context);
      inner = speaking;
      speaking.handle(limit);
      refused = webSocket == null; // whatever else ends it throws
    } finally {
      if (refused || unread) {
        drain();
      }
    }
    inner = webSocket;
  }

  private ServerConnection speaking() {
    ConnectionContext spoken = OldHttp.translated(context, all.limits().requestLine());
    old = spoken != context;
    return http.connection(spoken);
  }

  /// What is closed with bytes unread loses what was written last.
  private void drain() {
    soonCutOff();
    DataReader said = context.dataReader();
    try {
      while (true) {
        said.ensureAvailable();
        said.skip(said.available());
      }
    } catch (RuntimeException gone) {
      LOG.log(System.Logger.Level.DEBUG, "it has read the answer", gone);
    }
  }

  /// Has it taken too long for what it is about?
  boolean overdue(long now, boolean crowded) {
    Waiting known = waiting;
    long limit = nanos(known.phase);
    boolean sooner = crowded && known.phase != Phase.REFUSED;
    return limit >= 0 && now - known.since > (sooner ? limit / CROWDED : limit);
  }

  private long nanos(Phase phase) {
    return switch (phase) {
      case HEAD -> all.limits().head().toNanos();
      case BODY -> all.limits().body().toNanos();
      case ANSWER -> -1;
      case NEXT -> last ? REFUSED_NANOS : all.limits().keepAlive().toNanos();
      case REFUSED -> REFUSED_NANOS;
    };
  }

  /// Is it in the middle of a request?
  boolean asking() {
    Phase known = waiting.phase;
    return known == Phase.HEAD || known == Phase.BODY;
  }

  String remoteAddress() {
    return context.remotePeer().host();
  }

  /// Ends it at once; its thread notices.
  void cut() {
    try {
      context.serverSocket().close();
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.DEBUG, "already closed", e);
    }
  }

  /// For Helidon, which would close connections that idle: {@link #overdue} says when.
  @Override
  public Duration idleTime() {
    return Duration.ZERO;
  }

  @Override
  public void close(boolean interrupt) {
    ServerConnection speaking = inner;
    if (speaking == null) {
      cut();
    } else {
      speaking.close(interrupt);
    }
  }

  @Override
  public boolean canInterrupt() {
    return inner instanceof InterruptableTask<?> task && task.canInterrupt();
  }
}
