package parley.edge.websocket;

import io.helidon.common.buffers.BufferData;
import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HttpPrologue;
import io.helidon.http.RequestException;
import io.helidon.http.Status;
import io.helidon.http.WritableHeaders;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.spi.Http1Upgrader;
import io.helidon.webserver.spi.ServerConnection;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/// The server's side of the handshake, RFC 6455 section 4.2, on Helidon's upgrade.
public final class WebSocketUpgrade implements Http1Upgrader {

  private static final HeaderName KEY = HeaderNames.create("Sec-WebSocket-Key");
  private static final HeaderName VERSION = HeaderNames.create("Sec-WebSocket-Version");
  private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

  /// Decides who hears a connection.
  public interface Acceptor {

    /// The listener for a request; null when the path is not a WebSocket's.
    ///
    /// @throws WebSocketRefusal when the request must not become one
    @Nullable WebSocketListener accept(HttpPrologue prologue, WritableHeaders<?> headers)
        throws WebSocketRefusal;
  }

  /// An answer in place of the 101.
  public static final class WebSocketRefusal extends Exception {
    private static final long serialVersionUID = 1L;
    private final int status;

    /// @param body told to the client
    public WebSocketRefusal(int status, String body) {
      super(body, null, false, false);
      this.status = status;
    }
  }

  private final Acceptor acceptor;
  private final int maxMessageBytes;

  public WebSocketUpgrade(Acceptor acceptor, int maxMessageBytes) {
    this.acceptor = acceptor;
    this.maxMessageBytes = maxMessageBytes;
  }

  @Override
  public String supportedProtocol() {
    return "websocket";
  }

  @Override
  public @Nullable ServerConnection upgrade(
      ConnectionContext context, HttpPrologue prologue, WritableHeaders<?> headers) {
    WebSocketListener listener;
    try {
      listener = acceptor.accept(prologue, headers);
    } catch (WebSocketRefusal e) {
      throw refuse(e.status, e.getMessage());
    }
    if (listener == null) {
      return null;
    }
    String key = headers.contains(KEY) ? headers.get(KEY).get().trim() : "";
    if (!isKey(key)) {
      throw refuse(400, "Sec-WebSocket-Key is missing or wrong");
    }
    if (!headers.contains(VERSION) || !headers.get(VERSION).get().trim().equals("13")) {
      throw refuse(426, "Sec-WebSocket-Version must be 13");
    }
    context.dataWriter().writeNow(BufferData.create(switching(key)));
    return new WebSocketConnection(context, listener, maxMessageBytes);
  }

  private static boolean isKey(String key) {
    try {
      return Base64.getDecoder().decode(key).length == 16;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static byte[] switching(String key) {
    String head =
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Accept: "
            + accept(key)
            + "\r\n\r\n";
    return head.getBytes(StandardCharsets.US_ASCII);
  }

  private static String accept(String key) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-1")
              .digest((key + GUID).getBytes(StandardCharsets.US_ASCII));
      return Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-1", e);
    }
  }

  private static RequestException refuse(int status, @Nullable String body) {
    return RequestException.builder()
        .type(DirectHandler.EventType.OTHER)
        .status(Status.create(status))
        .message(body == null ? "" : body)
        .safeMessage(true)
        .setKeepAlive(false)
        .build();
  }
}
