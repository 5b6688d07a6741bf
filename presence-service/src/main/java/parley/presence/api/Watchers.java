package parley.presence.api;

import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import parley.fanout.TopicListener;
import parley.proto.bus.BusEvent;
import parley.proto.presence.PresenceChange;
import parley.proto.presence.UserPresence;

/// Callers that watch users: each hears of every change that the bus brings. A caller that does not
/// read is let go. Safe for any thread.
public final class Watchers implements TopicListener {

  private final Map<String, Set<ServerCallStreamObserver<UserPresence>>> byUser =
      new ConcurrentHashMap<>();

  /// Has a caller hear of these users until it ends the call.
  void watch(List<String> users, ServerCallStreamObserver<UserPresence> caller) {
    caller.setOnCancelHandler(() -> users.forEach(user -> forget(user, caller)));
    for (String user : users) {
      byUser.computeIfAbsent(user, u -> ConcurrentHashMap.newKeySet()).add(caller);
    }
  }

  private void forget(String user, StreamObserver<UserPresence> caller) {
    byUser.computeIfPresent(
        user,
        (u, callers) -> {
          callers.remove(caller);
          return callers.isEmpty() ? null : callers;
        });
  }

  /// One at a time for each caller, as gRPC wants it.
  void tell(StreamObserver<UserPresence> caller, UserPresence presence) {
    synchronized (caller) {
      caller.onNext(presence);
    }
  }

  @Override
  public void event(byte[] payload) {
    try {
      for (PresenceChange change : BusEvent.parseFrom(payload).getPresence().getChangesList()) {
        Set<ServerCallStreamObserver<UserPresence>> callers =
            byUser.getOrDefault(change.getPresence().getUserId(), Set.of());
        for (ServerCallStreamObserver<UserPresence> caller : callers) {
          if (caller.isReady() && !caller.isCancelled()) {
            tell(caller, change.getPresence());
          }
        }
      }
    } catch (InvalidProtocolBufferException e) {
      // no publication of ours
    }
  }

  @Override
  public void begun(long epoch) {}

  @Override
  public void broken() {}
}
