package parley.edge.websocket;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.ServerConnectionException;
import io.helidon.webserver.spi.ServerConnection;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import parley.edge.connection.HttpConnection;
import parley.edge.connection.PendingBytes;
import parley.edge.websocket.WebSocketUpgrade.Acceptor;

/// One WebSocket after its handshake. Helidon's thread for the connection, a virtual one, reads
/// frames here until the end; writing is somebody else's, one writer at a time.
///
/// Every way of ending reports {@link WebSocketListener#closed}: a close frame, a connection that
/// just drops, a protocol error, {@link #close}.
public final class WebSocketConnection implements ServerConnection {

  private static final System.Logger LOG = System.getLogger(WebSocketConnection.class.getName());

  private static final int UNREAD_BYTES = 8 * 1024;
  private static final long GOODBYE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final ConnectionContext context;
  private final WebSocketListener listener;
  private final FrameReader frames;
  private final PendingBytes.Account pending;
  private final boolean deflates;
  private volatile boolean closed;
  private volatile boolean leaving; // the peer is to read the close frame

  WebSocketConnection(
      ConnectionContext context, WebSocketListener listener, Acceptor limits, boolean deflates) {
    this.context = context;
    this.listener = listener;
    this.deflates = deflates;
    this.pending = limits.pending().account();
    this.frames = new FrameReader(inbound(context), listener::maxMessage, pending, deflates);
  }

  private static Inbound inbound(ConnectionContext context) {
    DataReader handshake = context.dataReader();
    HelidonSocket socket = context.serverSocket();
    int early = handshake.available();
    byte[] first = early == 0 ? new byte[0] : handshake.readBytes(early); // of none it would wait
    HandshakeBuffer.release(socket);
    return new Inbound(first, socket::read);
  }

  @Override
  public void handle(Limit limit) {
    Ending ending = Ending.FAULT;
    try {
      listener.opened(this);
      ending = read();
    } catch (WebSocketException e) {
      LOG.log(System.Logger.Level.DEBUG, "closing a WebSocket: {0}", e.getMessage());
      leaving = e.code() == CloseCode.TOO_BIG; // the rest of it was not read
      sayGoodbye(Frames.close(e.code()));
      ending = e.code() == CloseCode.TRY_AGAIN_LATER ? Ending.OVERLOADED : Ending.PROTOCOL_BROKEN;
    } catch (UncheckedIOException | ServerConnectionException e) {
      ending = closed ? Ending.DROPPED : Ending.PEER_GONE;
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, "connection failed, " + UUID.randomUUID(), e);
      sayGoodbye(Frames.close(CloseCode.INTERNAL_ERROR));
    } finally {
      closed = true;
      pending.close();
      listener.closed(ending);
    }
    if (leaving) {
      drain();
    }
  }

  private Ending read() throws WebSocketException {
    while (!closed) {
      switch (frames.next()) {
        case FrameReader.Incoming.Text(String text) -> listener.text(text);
        case FrameReader.Incoming.Binary(byte[] bytes) -> listener.binary(bytes);
        case FrameReader.Incoming.Ping(byte[] payload) -> listener.control(Frames.pong(payload));
        case FrameReader.Incoming.Pong() -> {}
        case FrameReader.Incoming.Close(byte[] payload) -> {
          sayGoodbye(Frames.closeEcho(payload));
          return Ending.PEER_GONE;
        }
      }
    }
    return Ending.DROPPED;
  }

  /// Has a close frame written, and waits until it was: the socket closes when this thread returns.
  private void sayGoodbye(byte[] close) {
    listener.control(close);
    long end = System.nanoTime() + GOODBYE_NANOS;
    synchronized (this) {
      try {
        for (long left = GOODBYE_NANOS; !closed && left > 0; left = end - System.nanoTime()) {
          TimeUnit.NANOSECONDS.timedWait(this, left);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /// A socket that is closed with bytes unread loses the close frame, hence the code of it. The
  /// peer has a second to go.
  private void drain() {
    if (!HttpConnection.leaving()) {
      return;
    }
    BufferData unread = BufferData.create(UNREAD_BYTES);
    try {
      while (context.serverSocket().read(unread) >= 0) {
        unread.clear();
      }
    } catch (RuntimeException gone) {
      LOG.log(System.Logger.Level.DEBUG, "it has read the close frame", gone);
    }
  }

  /// Writes frames that are already encoded, as one write; blocks while the client does not read.
  /// One caller at a time.
  ///
  /// @throws RuntimeException when the connection is gone
  public void write(byte[] frames) {
    context.dataWriter().writeNow(BufferData.create(frames));
  }

  /// Was permessage-deflate agreed on? Then frames may be compressed ({@link Deflate}).
  public boolean deflates() {
    return deflates;
  }

  /// Ends the connection at once; a writer that is stuck in it gets an exception.
  public void drop() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    if (leaving) {
      return; // the reading thread closes the socket, soon
    }
    try {
      context.serverSocket().close();
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.DEBUG, "already closed", e);
    }
  }

  /// Never idle: the layer above has a heartbeat.
  @Override
  public Duration idleTime() {
    return Duration.ZERO;
  }

  /// For Helidon, when the server stops.
  @Override
  public void close(boolean interrupt) {
    drop();
  }
}
