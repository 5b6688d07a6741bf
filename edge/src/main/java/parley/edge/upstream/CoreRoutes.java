package parley.edge.upstream;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import parley.fanout.TopicListener;
import parley.proto.errors.ErrorCode;
import parley.proto.relay.Following;

/// Which stream a request takes: of the live nodes the heaviest for its route (rendezvous hashing:
/// the loss of a node moves only what it served), unless the route has unanswered requests on a
/// stream, which keeps their order. With no node alive requests are parked until their deadline.
/// Does no I/O, and calls no handler with its lock held. Safe for any thread.
final class CoreRoutes {

  private static final int MOST_PARKED = 20_000;

  /// A live stream. Its methods are called with the lock of the routes held, and must not block.
  interface Target {

    /// The node's.
    String address();

    /// Queues a call. One that comes when the stream is over, and nobody knows yet, is among what
    /// {@link #takePending} returns.
    ///
    /// @return false when its queue is full
    boolean offer(CoreCall call);

    /// Says what is followed on this stream.
    void follow(Following change);

    /// Takes what is unanswered, in the order in which it was asked.
    List<CoreCall> takePending();
  }

  /// A route with unanswered requests stays on the stream that has them.
  private static final class Assigned {
    final Target target;
    int outstanding;

    Assigned(Target target) {
      this.target = target;
    }
  }

  private record Refused(CoreCall call, ErrorCode code) {}

  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, List<Target>> live = new LinkedHashMap<>(); // by node; none is empty
  private final Map<String, Assigned> assigned = new HashMap<>();
  private final ArrayDeque<CoreCall> parked = new ArrayDeque<>();
  private final Followed followed = new Followed();

  /// True while at least one node is connected.
  boolean connected() {
    lock.lock();
    try {
      return !live.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /// A stream stands: what is parked goes first, in its order, and what is followed is told to the
  /// node.
  void live(Target target) {
    changed(
        () -> {
          List<Target> streams = live.computeIfAbsent(target.address(), a -> new ArrayList<>());
          streams.add(target);
          followed.tell(streams);
          List<CoreCall> waiting = List.copyOf(parked);
          parked.clear();
          return waiting;
        });
  }

  /// A stream is over: what it left unanswered goes elsewhere, in its order.
  void dead(Target target) {
    changed(
        () -> {
          List<Target> streams = live.getOrDefault(target.address(), List.of());
          if (streams.remove(target)) {
            if (streams.isEmpty()) {
              live.remove(target.address());
            }
            followed.tell(streams);
          }
          assigned.values().removeIf(route -> route.target == target);
          return target.takePending();
        });
  }

  /// Sends a request on its way.
  void request(CoreCall call) {
    changed(() -> List.of(call));
  }

  /// A change, and the calls that are dispatched after it, before anything newer.
  private interface Change {
    Collection<CoreCall> make();
  }

  private void changed(Change change) {
    List<Refused> refused = new ArrayList<>(1);
    lock.lock();
    try {
      for (CoreCall call : change.make()) {
        ErrorCode code = dispatch(call);
        if (code != null) {
          refused.add(new Refused(call, code));
        }
      }
    } finally {
      lock.unlock();
    }
    refused.forEach(each -> each.call.fail(each.code));
  }

  /// @return null when it is on its way, or parked
  private @Nullable ErrorCode dispatch(CoreCall call) {
    Target target = target(call.route);
    if (target == null) {
      return parked.size() < MOST_PARKED && parked.add(call) ? null : ErrorCode.UNAVAILABLE;
    }
    if (!target.offer(call)) {
      return ErrorCode.BUSY;
    }
    assigned.computeIfAbsent(call.route, r -> new Assigned(target)).outstanding++;
    return null;
  }

  private @Nullable Target target(String route) {
    Assigned known = assigned.get(route);
    if (known != null) {
      return known.target;
    }
    List<Target> heaviest = null;
    long most = Long.MIN_VALUE;
    for (Map.Entry<String, List<Target>> node : live.entrySet()) {
      long weight = live.size() == 1 ? 0 : weight(node.getKey(), route);
      if (heaviest == null || weight > most) {
        heaviest = node.getValue();
        most = weight;
      }
    }
    return heaviest == null ? null : among(heaviest, route);
  }

  /// The one of a node's streams that a route takes.
  static Target among(List<Target> streams, String route) {
    return streams.get(Math.floorMod(route.hashCode(), streams.size()));
  }

  /// The weight of a node for a route.
  private static long weight(String address, String route) {
    long hash = 0xcbf29ce484222325L;
    for (byte b : (address + '\n' + route).getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ b) * 0x100000001b3L;
    }
    hash ^= hash >>> 32;
    hash *= 0xd6e8feb86659fd93L;
    return hash ^ hash >>> 32;
  }

  /// A call that was sent on this stream has got its answer. Says nothing of the route when that is
  /// on another stream by now.
  void answered(Target target, CoreCall call) {
    lock.lock();
    try {
      Assigned known = assigned.get(call.route);
      if (known != null && known.target == target && --known.outstanding <= 0) {
        assigned.remove(call.route);
      }
    } finally {
      lock.unlock();
    }
  }

  /// Answers what is parked and has waited too long.
  void expire(long nowNanos) {
    List<CoreCall> late = new ArrayList<>();
    lock.lock();
    try {
      for (Iterator<CoreCall> each = parked.iterator(); each.hasNext(); ) {
        CoreCall call = each.next();
        if (call.expired(nowNanos)) {
          each.remove();
          late.add(call);
        }
      }
    } finally {
      lock.unlock();
    }
    late.forEach(call -> call.fail(ErrorCode.UNAVAILABLE));
  }

  /// Hears the events of a room that core publishes on its streams.
  void follow(String room, TopicListener listener) {
    lock.lock();
    try {
      followed.follow(room, listener, live.values());
    } finally {
      lock.unlock();
    }
  }

  /// Does so no more.
  void leave(String room) {
    lock.lock();
    try {
      followed.leave(room, live.values());
    } finally {
      lock.unlock();
    }
  }

  /// What is followed. Its {@link Followed#heard} needs no lock.
  Followed followed() {
    return followed;
  }
}
