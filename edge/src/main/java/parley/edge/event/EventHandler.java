package parley.edge.event;

import com.fasterxml.jackson.databind.JsonNode;
import parley.contract.RefusedException;
import parley.edge.limit.RateLimiter;
import parley.edge.session.ChatSession;

/// Handles one kind of event.
public interface EventHandler {

  /// The event's name on the wire.
  String name();

  /// From which budget it is taken.
  RateLimiter.Kind kind();

  /// Validates; changes nothing.
  ///
  /// @param argument the event's first argument; a missing node when there is none
  /// @return what is to be done
  /// @throws RefusedException when the argument is not what it should be
  Action validate(ChatSession session, JsonNode argument, Answer answer);

  /// The deed. Runs on the session's reading thread; may block, which delays this client alone.
  interface Action {
    /// @throws RefusedException when it cannot be done
    void act();
  }
}
