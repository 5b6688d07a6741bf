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

  /// What can have attachments: so many binary messages follow, and belong where `arguments` has
  /// their placeholders.
  sealed interface WithArguments extends SocketIoPacket {
    ArrayNode arguments();

    int attachments();
  }

  /// An event: its name is the first of `arguments`. An empty event has no arguments at all.
  record Event(String namespace, long id, ArrayNode arguments, int attachments)
      implements WithArguments {}

  /// The answer to an event of ours.
  record Ack(String namespace, long id, ArrayNode arguments, int attachments)
      implements WithArguments {}
}
