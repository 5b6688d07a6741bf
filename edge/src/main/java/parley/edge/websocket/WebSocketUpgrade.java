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
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.websocket.WsConfig;
import io.helidon.webserver.websocket.WsUpgrader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import parley.edge.connection.HttpConnection;
import parley.edge.connection.PendingBytes;
import parley.process.ServiceProcess;

/// The server's side of the handshake, RFC 6455 section 4.2: Helidon's upgrader, with our
/// connection behind it, refusals with words, permessage-deflate, and the answer as one write
/// (docs/decisions/0001).
public final class WebSocketUpgrade extends WsUpgrader {

  private static final System.Logger LOG = System.getLogger(WebSocketUpgrade.class.getName());

  /// Decides who hears a connection.
  public interface Acceptor {

    /// The listener for a request; null when the path is not a WebSocket's.
    ///
    /// @param remoteAddress of whoever connected: the proxy's, where there is one
    /// @throws WebSocketRefusal when the request must not become one
    @Nullable WebSocketListener accept(HttpPrologue prologue, Headers headers, String remoteAddress)
        throws WebSocketRefusal;

    /// Counts what peers have begun to say.
    PendingBytes pending();

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

  private static final HeaderName PROTOCOL = HeaderNames.create("Sec-WebSocket-Protocol");

  /// RFC 9110 section 5.6.2.
  private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

  private final List<? extends Acceptor> acceptors;

  /// @param acceptors asked one after the other
  public WebSocketUpgrade(List<? extends Acceptor> acceptors) {
    super(WsConfig.create());
    this.acceptors = List.copyOf(acceptors);
  }

  @Override
  public @Nullable ServerConnection upgrade(
      ConnectionContext context, HttpPrologue prologue, WritableHeaders<?> headers) {
    try {
      for (Acceptor acceptor : acceptors) {
        WebSocketListener listener = listener(acceptor, context, prologue, headers);
        if (listener != null) {
          return HttpConnection.upgraded(upgraded(acceptor, listener, context, headers));
        }
      }
      return null;
    } catch (RequestException | UncheckedIOException known) {
      throw known;
    } catch (VirtualMachineError error) {
      ServiceProcess.fatal(error);
      throw error;
    } catch (RuntimeException | LinkageError fault) {
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

  private ServerConnection upgraded(
      Acceptor acceptor, WebSocketListener listener, ConnectionContext context, Headers headers) {
    if (!headers.contains(WS_VERSION)
        || !headers.get(WS_VERSION).get().trim().equals(SUPPORTED_VERSION)) {
      throw refuse(426, "Sec-WebSocket-Version must be 13");
    }
    String key = headers.contains(WS_KEY) ? headers.get(WS_KEY).get().trim() : "";
    String deflate =
        acceptor.deflates() && headers.contains(EXTENSIONS)
            ? DeflateOffer.accept(String.join(",", headers.get(EXTENSIONS).allValues()))
            : null;
    context
        .dataWriter()
        .writeNow(
            BufferData.create(switching(accepted(context, key), deflate, subprotocol(headers))));
    return new WebSocketConnection(context, listener, acceptor, deflate != null);
  }

  /// What proves that the key was read.
  private String accepted(ConnectionContext context, String key) {
    try {
      return hash(context, key);
    } catch (IllegalArgumentException | RequestException wrong) {
      throw refuse(400, "Sec-WebSocket-Key is missing or wrong");
    }
  }

  /// A browser that offered some ends the connection unless one of them is agreed to; what is said
  /// here is the same in all.
  private static @Nullable String subprotocol(Headers headers) {
    if (!headers.contains(PROTOCOL)) {
      return null;
    }
    String first = headers.get(PROTOCOL).get().split(",", 2)[0].strip();
    return TOKEN.matcher(first).matches() ? first : null;
  }

  private static byte[] switching(
      String accepted, @Nullable String extension, @Nullable String subprotocol) {
    String head =
        SWITCHING_PROTOCOL_PREFIX
            + accepted
            + (subprotocol == null ? "" : "\r\n" + PROTOCOL.defaultCase() + ": " + subprotocol)
            + (extension == null ? "" : "\r\n" + EXTENSIONS.defaultCase() + ": " + extension)
            + SWITCHING_PROTOCOLS_SUFFIX;
    return head.getBytes(StandardCharsets.US_ASCII);
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
