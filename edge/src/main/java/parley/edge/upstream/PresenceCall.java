package parley.edge.upstream;

import java.util.UUID;
import java.util.function.Consumer;
import parley.proto.presence.PresenceReply;

/// A question to presence, or a change whose confirmation somebody waits for.
///
/// @param heard gets the reply; one without an outcome when there will be none
record PresenceCall(long deadlineNanos, Consumer<PresenceReply> heard) implements Pending.Call {

  private static final System.Logger LOG = System.getLogger(PresenceCall.class.getName());

  @Override
  public boolean expired(long nowNanos) {
    return nowNanos - deadlineNanos > 0;
  }

  /// A handler that throws is a fault of its own: the answers behind this one go on.
  void answer(PresenceReply reply) {
    try {
      heard.accept(reply);
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, "an answer was not handled, " + UUID.randomUUID(), e);
    }
  }

  /// There will be no answer.
  void fail() {
    answer(PresenceReply.getDefaultInstance());
  }
}
