package parley.edge.socketio;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.Set;

/// Text to packets, by the reference's rules. Pure; safe for any thread. JSON is limited in depth
/// and in the length of numbers, besides the length of the whole, which the transport limits.
final class SocketIoDecoder {

  private static final int DEEPEST = 64;
  private static final long LARGEST_ID = (1L << 53) - 1;
  private static final Set<String> RESERVED =
      Set.of(
          "connect",
          "connect_error",
          "disconnect",
          "disconnecting",
          "newListener",
          "removeListener");

  private final JsonMapper json =
      JsonMapper.builder(
              JsonFactory.builder()
                  .recyclerPool(JsonRecyclerPools.sharedConcurrentDequePool())
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(DEEPEST)
                          .maxNumberLength(100)
                          .build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final int maxAttachments;

  /// @param maxAttachments of one packet
  SocketIoDecoder(int maxAttachments) {
    this.maxAttachments = maxAttachments;
  }

  /// @throws SocketIoException when the packet breaks the protocol
  SocketIoPacket decode(String text) throws SocketIoException {
    char type = text.isEmpty() ? ' ' : text.charAt(0);
    Cursor cursor = new Cursor(text);
    int attachments = type == '5' || type == '6' ? cursor.attachments(maxAttachments) : 0;
    String namespace = cursor.namespace();
    return switch (type) {
      case '0' -> connect(namespace, cursor);
      case '1' -> disconnect(namespace, cursor);
      case '2', '5' -> event(namespace, cursor, attachments);
      case '3', '6' -> ack(namespace, cursor, attachments);
      default -> throw new SocketIoException("unknown packet type");
    };
  }

  private SocketIoPacket connect(String namespace, Cursor cursor) throws SocketIoException {
    cursor.id();
    String rest = cursor.rest();
    JsonNode auth = rest.isEmpty() ? json.createObjectNode() : parse(rest);
    if (!auth.isObject()) {
      throw new SocketIoException("CONNECT carries an object or nothing");
    }
    return new SocketIoPacket.Connect(namespace, auth);
  }

  private static SocketIoPacket disconnect(String namespace, Cursor cursor)
      throws SocketIoException {
    if (!cursor.rest().isEmpty()) {
      throw new SocketIoException("DISCONNECT carries nothing");
    }
    return new SocketIoPacket.Disconnect(namespace);
  }

  private SocketIoPacket event(String namespace, Cursor cursor, int attachments)
      throws SocketIoException {
    long id = cursor.id();
    String rest = cursor.rest();
    if (rest.isEmpty()) {
      return new SocketIoPacket.Event(namespace, id, json.createArrayNode(), attachments);
    }
    if (!(parse(rest) instanceof ArrayNode arguments) || arguments.isEmpty()) {
      throw new SocketIoException("an event is a non-empty array");
    }
    JsonNode name = arguments.get(0);
    if (!name.isTextual() && !name.isNumber() || RESERVED.contains(name.asText())) {
      throw new SocketIoException("no event's name");
    }
    return new SocketIoPacket.Event(namespace, id, arguments, attachments);
  }

  private SocketIoPacket ack(String namespace, Cursor cursor, int attachments)
      throws SocketIoException {
    long id = cursor.id();
    String rest = cursor.rest();
    if (rest.isEmpty()) {
      return new SocketIoPacket.Ack(namespace, id, json.createArrayNode(), attachments);
    }
    if (!(parse(rest) instanceof ArrayNode arguments)) {
      throw new SocketIoException("an ack is an array");
    }
    return new SocketIoPacket.Ack(namespace, id, arguments, attachments);
  }

  private JsonNode parse(String text) throws SocketIoException {
    try {
      return json.readTree(text);
    } catch (JacksonException e) {
      throw new SocketIoException("broken JSON");
    }
  }

  /// Reads the head of a packet: type, attachments, namespace, id.
  private static final class Cursor {
    private final String text;
    private int at = 1;

    Cursor(String text) {
      this.text = text;
    }

    /// `5` or `6`, a count, a dash.
    int attachments(int most) throws SocketIoException {
      int count = 0;
      while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
        count = count * 10 + text.charAt(at) - '0';
        if (count > most) {
          throw new SocketIoException("too many attachments");
        }
        at++;
      }
      if (count == 0 || at >= text.length() || text.charAt(at) != '-') {
        throw new SocketIoException("illegal attachments");
      }
      at++;
      return count;
    }

    String namespace() {
      if (at >= text.length() || text.charAt(at) != '/') {
        return "/";
      }
      int comma = text.indexOf(',', at);
      int end = comma < 0 ? text.length() : comma;
      String namespace = text.substring(at, end);
      at = comma < 0 ? end : end + 1;
      return namespace;
    }

    long id() throws SocketIoException {
      int start = at;
      long id = 0;
      while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
        id = id * 10 + text.charAt(at) - '0';
        if (id > LARGEST_ID) {
          throw new SocketIoException("ack id is too large");
        }
        at++;
      }
      return at == start ? SocketIoPacket.NO_ID : id;
    }

    String rest() {
      return at >= text.length() ? "" : text.substring(at);
    }
  }
}
