package parley.edge.connection;

import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Headers;
import io.helidon.http.RequestException;
import io.helidon.http.Status;
import io.helidon.http.WritableHeaders;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.Http1ConnectionListener;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Refuses requests whose end two readers could see in different places, RFC 9112 section 6.3: a
/// proxy that sees another end than this server lets somebody speak in another's name. The
/// connection ends with the answer.
public final class StrictRequests implements Http1ConnectionListener {

  /// RFC 9110 section 7.2.
  private static final Pattern HOST =
      Pattern.compile("([A-Za-z0-9._~!$&'()*+,;=%-]+|\\[[0-9A-Za-z:.%]+\\])(:[0-9]{0,5})?");

  /// An IPv6 address without brackets, with or without a port: Node sends such.
  private static final Pattern BARE_ADDRESS = Pattern.compile("[0-9A-Fa-f:.]*");

  @Override
  public void headers(ConnectionContext context, Headers headers) {
    List<String> encodings = headers.all(HeaderNames.TRANSFER_ENCODING, List::of);
    List<String> lengths = headers.all(HeaderNames.CONTENT_LENGTH, List::of);
    if (!encodings.isEmpty() && !lengths.isEmpty()) {
      throw refused("Content-Length with Transfer-Encoding");
    }
    if (encodings.size() > 1 || encodings.size() == 1 && !isChunked(encodings.getFirst())) {
      throw refused("Transfer-Encoding must be chunked");
    }
    if (lengths.size() > 1 || lengths.size() == 1 && !isLength(lengths.getFirst())) {
      throw refused("Content-Length must be one number");
    }
    checkHost(headers.all(HeaderNames.HOST, List::of));
    if (headers instanceof WritableHeaders<?> readable) {
      if (HttpConnection.isOld()) {
        readable.remove(HeaderNames.UPGRADE); // RFC 9110 section 7.8
        readable.set(HeaderValues.CONNECTION_CLOSE);
      } else {
        knownUpgrade(readable);
      }
    }
    if (headers.contains(HeaderValues.CONNECTION_CLOSE)) {
      HttpConnection.last();
    }
    HttpConnection.requested(
        !encodings.isEmpty() || !lengths.isEmpty() && !lengths.getFirst().equals("0"));
  }

  private static void checkHost(List<String> hosts) {
    if (hosts.isEmpty() && HttpConnection.isOld()) {
      return; // it came with HTTP/1.1
    }
    if (hosts.size() != 1) {
      throw refused("one Host header is needed");
    }
    String host = hosts.getFirst().strip();
    boolean bare =
        host.indexOf(':') != host.lastIndexOf(':') && BARE_ADDRESS.matcher(host).matches();
    if (!bare && !HOST.matcher(host).matches()) {
      throw refused("Host is no host");
    }
  }

  /// Names of protocols are the same in any case, RFC 9110 section 7.8, and several may be offered;
  /// Helidon looks the header's value up as it was written.
  private static void knownUpgrade(WritableHeaders<?> headers) {
    boolean webSocket =
        headers.all(HeaderNames.UPGRADE, List::of).stream()
            .flatMap(value -> Stream.of(value.split(",", -1)))
            .anyMatch(protocol -> protocol.strip().equalsIgnoreCase("websocket"));
    if (webSocket) {
      headers.set(HeaderNames.UPGRADE, "websocket");
    }
  }

  /// As the server reads it: in other letters it would see no body at all.
  private static boolean isChunked(String encoding) {
    return encoding.equals("chunked");
  }

  private static boolean isLength(String length) {
    return length.length() <= 18 && length.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  private static RequestException refused(String words) {
    return RequestException.builder()
        .type(DirectHandler.EventType.BAD_REQUEST)
        .status(Status.BAD_REQUEST_400)
        .message(words)
        .safeMessage(true)
        .setKeepAlive(false)
        .build();
  }
}
