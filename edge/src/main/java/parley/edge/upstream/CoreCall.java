package parley.edge.upstream;

import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import parley.contract.Errors;
import parley.proto.errors.ErrorCode;
import parley.proto.relay.Reply;
import parley.proto.relay.Request;

/// One request on its way to core, answered exactly once: by core, or by its deadline.
final class CoreCall implements Pending.Call {

  private static final System.Logger LOG = System.getLogger(CoreCall.class.getName());

  final String route;
  final long deadlineNanos;
  private final Request.Builder request;
  private final Consumer<Reply> handler;
  private final AtomicBoolean answered = new AtomicBoolean();

  /// @param route requests with the same one keep their order
  CoreCall(String route, Request.Builder request, long deadlineNanos, Consumer<Reply> handler) {
    this.route = route;
    this.request = request;
    this.deadlineNanos = deadlineNanos;
    this.handler = handler;
  }

  /// The request as it is written now, under an id of the stream.
  Request written(long id, long nowNanos) {
    long left = Math.max(1, (deadlineNanos - nowNanos) / 1_000_000);
    return request.clone().setId(id).setDeadlineMs((int) left).build();
  }

  @Override
  public boolean expired(long nowNanos) {
    return nowNanos - deadlineNanos > 0;
  }

  /// A handler that throws is a fault of its own: the stream and the answers behind it go on.
  void answer(Reply reply) {
    if (answered.compareAndSet(false, true)) {
      try {
        handler.accept(reply);
      } catch (RuntimeException e) {
        LOG.log(System.Logger.Level.ERROR, "an answer was not handled, " + UUID.randomUUID(), e);
      }
    }
  }

  void fail(ErrorCode code) {
    answer(Reply.newBuilder().setError(Errors.error(code)).build());
  }
}
