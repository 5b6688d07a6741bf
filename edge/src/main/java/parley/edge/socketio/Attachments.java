package parley.edge.socketio;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BinaryNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The binary messages that a packet announced, gathered until it is whole.
final class Attachments {

  private final SocketIoPacket.Announced packet;
  private final List<BinaryNode> gathered = new ArrayList<>(2);
  private long bytes;

  Attachments(SocketIoPacket.Announced packet) {
    this.packet = packet;
    this.bytes = 2L * packet.json().length();
  }

  /// Bytes that are kept, at the most.
  long bytes() {
    return bytes;
  }

  /// The next one.
  ///
  /// @return true when it was the last
  boolean add(byte[] attachment) {
    bytes += attachment.length;
    gathered.add(BinaryNode.valueOf(attachment));
    return gathered.size() == packet.attachments();
  }

  /// The packet, with binary nodes in the places that were held for them.
  ///
  /// @throws SocketIoException when it breaks the protocol, or a placeholder points nowhere
  SocketIoPacket whole(SocketIoDecoder decoder) throws SocketIoException {
    SocketIoPacket.WithArguments whole = decoder.whole(packet);
    fill(whole.arguments());
    return whole;
  }

  private void fill(JsonNode container) throws SocketIoException {
    if (container instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        JsonNode child = array.get(i);
        if (isPlaceholder(child)) {
          array.set(i, attachment(child));
        } else {
          fill(child);
        }
      }
    } else if (container instanceof ObjectNode object) {
      for (Map.Entry<String, JsonNode> field : object.properties()) {
        if (isPlaceholder(field.getValue())) {
          field.setValue(attachment(field.getValue()));
        } else {
          fill(field.getValue());
        }
      }
    }
  }

  /// Keys come in either order, clients differ.
  private static boolean isPlaceholder(JsonNode node) {
    JsonNode mark = node.isObject() ? node.get("_placeholder") : null;
    return mark != null && mark.isBoolean() && mark.booleanValue();
  }

  private BinaryNode attachment(JsonNode placeholder) throws SocketIoException {
    JsonNode number = placeholder.path("num");
    boolean there = number.isInt() && number.intValue() >= 0 && number.intValue() < gathered.size();
    if (!there) {
      throw new SocketIoException("illegal attachments");
    }
    return gathered.get(number.intValue());
  }
}
