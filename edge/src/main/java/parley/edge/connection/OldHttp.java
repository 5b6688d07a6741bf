package parley.edge.connection;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.DataWriter;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.common.socket.PeerInfo;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.ListenerContext;
import io.helidon.webserver.ProxyProtocolData;
import io.helidon.webserver.Router;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.ExecutorService;

/// A connection that speaks HTTP/1.0, as nginx does unless told otherwise and HAProxy's health
/// check. Helidon refuses it; it reads the first request as one of HTTP/1.1 here. There is no
/// second one: {@link StrictRequests} has the connection closed after the answer, which has a
/// length (RFC 9112, appendix C.2).
final class OldHttp implements ConnectionContext {

  private static final String OLD = " HTTP/1.0";
  private static final byte[] NEW = " HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII);

  private final ConnectionContext context;
  private final DataReader reader;
  private int line;

  /// @param line bytes of the first line, without its end
  private OldHttp(ConnectionContext context, int line) {
    this.context = context;
    this.line = line;
    this.reader = new DataReader(this::more);
  }

  /// The connection as it is to be read. Blocks until the first line is there.
  ///
  /// @param longest bytes of a first line
  static ConnectionContext translated(ConnectionContext context, int longest) {
    try {
      int line = context.dataReader().findNewLine(longest);
      return line < longest && isOld(context.dataReader(), line)
          ? new OldHttp(context, line)
          : context;
    } catch (RuntimeException broken) {
      return context; // whoever reads it as a request will say so
    }
  }

  private static boolean isOld(DataReader reader, int line) {
    if (line < OLD.length()) {
      return false;
    }
    BufferData first = reader.getBuffer(line);
    first.skip(line - OLD.length());
    return first.readString(OLD.length(), StandardCharsets.US_ASCII).equals(OLD);
  }

  private byte[] more() {
    if (line > 0) {
      byte[] first = context.dataReader().readBytes(line);
      context.dataReader().skip(2); // the line's end
      line = 0;
      byte[] translated = new byte[first.length - OLD.length() + NEW.length];
      System.arraycopy(first, 0, translated, 0, first.length - OLD.length());
      System.arraycopy(NEW, 0, translated, first.length - OLD.length(), NEW.length);
      return translated;
    }
    BufferData next = context.dataReader().readBuffer();
    byte[] bytes = new byte[next.available()];
    next.read(bytes);
    return bytes;
  }

  @Override
  public DataReader dataReader() {
    return reader;
  }

  @Override
  public ListenerContext listenerContext() {
    return context.listenerContext();
  }

  @Override
  public ExecutorService executor() {
    return context.executor();
  }

  @Override
  public DataWriter dataWriter() {
    return context.dataWriter();
  }

  @Override
  public Router router() {
    return context.router();
  }

  @Override
  public Optional<ProxyProtocolData> proxyProtocolData() {
    return context.proxyProtocolData();
  }

  @Override
  public HelidonSocket serverSocket() {
    return context.serverSocket();
  }

  @Override
  public PeerInfo remotePeer() {
    return context.remotePeer();
  }

  @Override
  public PeerInfo localPeer() {
    return context.localPeer();
  }

  @Override
  public boolean isSecure() {
    return context.isSecure();
  }

  @Override
  public String socketId() {
    return context.socketId();
  }

  @Override
  public String childSocketId() {
    return context.childSocketId();
  }
}
