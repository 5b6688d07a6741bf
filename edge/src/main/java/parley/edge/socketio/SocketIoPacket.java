package parley.edge.socketio;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;

/// What a client's text message can be.
sealed interface SocketIoPacket {

  /// No ack is wanted.
  long NO_ID = -1;

  String namespace();

  /// Asks to join a namespace. `auth` is an object, empty when the client sent none.
  record Connect(String namespace, JsonNode auth) implements SocketIoPacket {}

  /// Leaves a namespace.
  record Disconnect(String namespace) implements SocketIoPacket {}

  /// What has arguments.
  sealed interface WithArguments extends SocketIoPacket {
    ArrayNode arguments();
  }

  /// An event: its name is the first of `arguments`. An empty event has no arguments at all.
  record Event(String namespace, long id, ArrayNode arguments) implements WithArguments {}

  /// The answer to an event of ours.
  record Ack(String namespace, long id, ArrayNode arguments) implements WithArguments {}

  /// An event or an answer whose attachments are due: so many binary messages follow, and belong
  /// where `json` has their placeholders. Kept as text until then, which is the smallest form.
  ///
  /// @param event or else an answer
  record Announced(String namespace, boolean event, long id, String json, int attachments)
      implements SocketIoPacket {}

  /// An event or an answer in a namespace that the client is not in; nobody read further.
  record Stray(String namespace, int attachments) implements SocketIoPacket {}
}
