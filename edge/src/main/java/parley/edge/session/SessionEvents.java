package parley.edge.session;

import com.fasterxml.jackson.databind.node.ArrayNode;
import parley.edge.socketio.Acknowledgement;

/// Handles what connected clients say. Called by the session's reading thread; a call that blocks
/// delays that client alone.
public interface SessionEvents {

  /// One event.
  ///
  /// @param arguments the first is the name
  void handle(ChatSession session, String name, ArrayNode arguments, Acknowledgement ack);
}
