package parley.presence.api;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Set;
import parley.contract.UserId;
import parley.proto.presence.UserPresence;

/// One caller that watches users: hears of every change, in order. What it does not read waits, up
/// to 1,000 changes; then the call ends with words. Safe for any thread; nothing blocks.
final class Watch {

  private static final int MOST_WAITING = 1_000;

  private final ServerCallStreamObserver<UserPresence> caller;
  private final Set<UserId> users;
  private final ArrayDeque<UserPresence> waiting = new ArrayDeque<>(); // guarded by this
  private boolean over; // guarded by this

  Watch(ServerCallStreamObserver<UserPresence> caller, List<UserId> users) {
    this.caller = caller;
    this.users = Set.copyOf(users);
  }

  Set<UserId> users() {
    return users;
  }

  /// @return false when the caller is let go, or has gone
  synchronized boolean tell(UserPresence presence) {
    if (over || caller.isCancelled()) {
      return false;
    }
    waiting.add(presence);
    flush();
    if (waiting.size() > MOST_WAITING) {
      end(Status.RESOURCE_EXHAUSTED.withDescription("the caller does not read: watch again"));
      return false;
    }
    return true;
  }

  /// The caller reads again.
  synchronized void flush() {
    while (!over && !waiting.isEmpty() && caller.isReady()) {
      caller.onNext(waiting.remove());
    }
  }

  synchronized void end(Status reason) {
    if (!over) {
      over = true;
      waiting.clear();
      caller.onError(reason.asException());
    }
  }
}
