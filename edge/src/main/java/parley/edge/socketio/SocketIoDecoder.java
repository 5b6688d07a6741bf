package parley.edge.socketio;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.IOException;
import java.util.Set;
import java.util.function.Predicate;

/// Text to packets, by the reference's rules. Pure; safe for any thread. JSON is limited in depth,
/// in the length of numbers, and in how many values there are, besides the length of the whole,
/// which the transport limits.
final class SocketIoDecoder {

  private static final int DEEPEST = 64;
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
  private final int maxValues;

  /// @param maxAttachments of one packet
  /// @param maxValues JSON values of one packet, names of fields included: they take fifty times
  ///     the memory of their text
  SocketIoDecoder(int maxAttachments, int maxValues) {
    this.maxAttachments = maxAttachments;
    this.maxValues = maxValues;
  }

  /// Reads a packet; of what is not for a namespace that the client is in, the head alone.
  ///
  /// @param joined is the client in this namespace?
  /// @throws SocketIoException when the packet breaks the protocol
  SocketIoPacket decode(String text, Predicate<String> joined) throws SocketIoException {
    PacketHead head = new PacketHead(text);
    char type = head.type();
    int attachments = type == '5' || type == '6' ? head.attachments(maxAttachments) : 0;
    String namespace = head.namespace();
    return switch (type) {
      case '0' -> connect(namespace, head);
      case '1' -> disconnect(namespace, head);
      case '2', '3', '5', '6' -> {
        if (!joined.test(namespace)) {
          yield new SocketIoPacket.Stray(namespace, attachments);
        }
        boolean event = type == '2' || type == '5';
        long id = head.id();
        yield attachments > 0
            ? announced(namespace, event, id, head.rest(), attachments)
            : withArguments(namespace, event, id, head.rest());
      }
      default -> throw new SocketIoException("unknown packet type");
    };
  }

  /// The packet whose attachments have come; its placeholders stand where they belong.
  ///
  /// @throws SocketIoException when the packet breaks the protocol
  SocketIoPacket.WithArguments whole(SocketIoPacket.Announced packet) throws SocketIoException {
    return withArguments(packet.namespace(), packet.event(), packet.id(), packet.json());
  }

  private SocketIoPacket connect(String namespace, PacketHead head) throws SocketIoException {
    head.id();
    String rest = head.rest();
    JsonNode auth = rest.isEmpty() ? json.createObjectNode() : parse(rest);
    if (!auth.isObject()) {
      throw new SocketIoException("CONNECT carries an object or nothing");
    }
    return new SocketIoPacket.Connect(namespace, auth);
  }

  private static SocketIoPacket disconnect(String namespace, PacketHead head)
      throws SocketIoException {
    if (!head.rest().isEmpty()) {
      throw new SocketIoException("DISCONNECT carries nothing");
    }
    return new SocketIoPacket.Disconnect(namespace);
  }

  private SocketIoPacket announced(
      String namespace, boolean event, long id, String text, int attachments)
      throws SocketIoException {
    checkValues(text);
    return new SocketIoPacket.Announced(namespace, event, id, text, attachments);
  }

  private SocketIoPacket.WithArguments withArguments(
      String namespace, boolean event, long id, String text) throws SocketIoException {
    if (text.isEmpty()) {
      ArrayNode none = json.createArrayNode();
      return event
          ? new SocketIoPacket.Event(namespace, id, none)
          : new SocketIoPacket.Ack(namespace, id, none);
    }
    if (!(parse(text) instanceof ArrayNode arguments)) {
      throw new SocketIoException("events and acks are arrays");
    }
    return event
        ? named(new SocketIoPacket.Event(namespace, id, arguments))
        : new SocketIoPacket.Ack(namespace, id, arguments);
  }

  private static SocketIoPacket.Event named(SocketIoPacket.Event event) throws SocketIoException {
    JsonNode name = event.arguments().path(0);
    if (!name.isTextual() && !name.isNumber() || RESERVED.contains(name.asText())) {
      throw new SocketIoException("no event's name");
    }
    return event;
  }

  private JsonNode parse(String text) throws SocketIoException {
    if (text.length() / 2 > maxValues) {
      checkValues(text); // a shorter one cannot have so many
    }
    try {
      return json.readTree(text);
    } catch (JacksonException e) {
      throw new SocketIoException("broken JSON");
    }
  }

  /// Takes no memory, unlike a tree.
  private void checkValues(String text) throws SocketIoException {
    try (JsonParser parser = json.getFactory().createParser(text)) {
      int values = 0;
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        values += token.isStructEnd() ? 0 : 1;
        if (values > maxValues) {
          throw new SocketIoException("too many values");
        }
      }
    } catch (IOException e) {
      throw new SocketIoException("broken JSON");
    }
  }
}
