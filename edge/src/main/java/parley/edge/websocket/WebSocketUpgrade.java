package parley.edge.websocket;

import io.helidon.common.buffers.BufferData;
import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Headers;
import io.helidon.http.HttpPrologue;
import io.helidon.http.RequestException;
import io.helidon.http.Status;
import io.helidon.http.WritableHeaders;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.spi.Http1Upgrader;
import io.helidon.webserver.spi.ServerConnection;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import parley.edge.connection.HttpConnection;

/// The server's side of the handshake, RFC 6455 section 4.2, on Helidon's upgrade.
public final class WebSocketUpgrade implements Http1Upgrader {

  private static final System.Logger LOG = System.getLogger(WebSocketUpgrade.class.getName());
  private static final HeaderName KEY = HeaderNames.create("Sec-WebSocket-Key");
  private static final HeaderName EXTENSIONS = HeaderNames.create("Sec-WebSocket-Extensions");
  private static final HeaderName VERSION = HeaderNames.create("Sec-WebSocket-Version");
  private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

  /// Decides who hears a connection.
  public interface Acceptor {

    /// The listener for a request; null when the path is not a WebSocket's.
    ///
    /// @param remoteAddress of whoever connected: the proxy's, where there is one
    /// @throws WebSocketRefusal when the request must not become one
    @Nullable WebSocketListener accept(HttpPrologue prologue, Headers headers, String remoteAddress)
        throws WebSocketRefusal;

    /// Bytes that a message may have.
    int maxMessageBytes();

    /// Is permessage-deflate agreed to?
    boolean deflates();
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

  private final List<? extends Acceptor> acceptors;

  /// @param acceptors asked one after the other
  public WebSocketUpgrade(List<? extends Acceptor> acceptors) {
    this.acceptors = List.copyOf(acceptors);
  }

  @Override
  public String supportedProtocol() {
    return "websocket";
  }

  @Override
  public @Nullable ServerConnection upgrade(
      ConnectionContext context, HttpPrologue prologue, WritableHeaders<?> headers) {
    try {
      for (Acceptor acceptor : acceptors) {
        WebSocketListener listener = listener(acceptor, context, prologue, headers);
        if (listener != null) {
          ServerConnection connection = upgraded(acceptor, listener, context, headers);
          HttpConnection.upgraded();
          return connection;
        }
      }
      return null;
    } catch (RequestException | UncheckedIOException known) {
      throw known;
    } catch (RuntimeException fault) {
      String correlation = UUID.randomUUID().toString();
      LOG.log(System.Logger.Level.ERROR, "handshake failed, " + correlation, fault);
      throw refuse(500, "Internal server error (" + correlation + ")");
    }
  }

  private static @Nullable WebSocketListener listener(
      Acceptor acceptor, ConnectionContext context, HttpPrologue prologue, Headers headers) {
    try {
      return acceptor.accept(prologue, headers, context.remotePeer().host());
    } catch (WebSocketRefusal e) {
      throw refuse(e.status, e.getMessage());
    }
  }

  private static ServerConnection upgraded(
      Acceptor acceptor, WebSocketListener listener, ConnectionContext context, Headers headers) {
    String key = headers.contains(KEY) ? headers.get(KEY).get().trim() : "";
    if (!isKey(key)) {
      throw refuse(400, "Sec-WebSocket-Key is missing or wrong");
    }
    if (!headers.contains(VERSION) || !headers.get(VERSION).get().trim().equals("13")) {
      throw refuse(426, "Sec-WebSocket-Version must be 13");
    }
    String deflate =
        acceptor.deflates() && headers.contains(EXTENSIONS)
            ? DeflateOffer.accept(String.join(",", headers.get(EXTENSIONS).allValues()))
            : null;
    context.dataWriter().writeNow(BufferData.create(switching(key, deflate)));
    return new WebSocketConnection(context, listener, acceptor.maxMessageBytes(), deflate != null);
  }

  private static boolean isKey(String key) {
    try {
      return Base64.getDecoder().decode(key).length == 16;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static byte[] switching(String key, @Nullable String extension) {
    String head =
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Accept: "
            + accept(key)
            + (extension == null ? "" : "\r\nSec-WebSocket-Extensions: " + extension)
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
        .header(HeaderValues.CONTENT_TYPE_JSON)
        .setKeepAlive(false)
        .build();
  }
}
