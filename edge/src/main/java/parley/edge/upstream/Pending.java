package parley.edge.upstream;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// What was asked on a stream and is not answered: each under an id of the stream, none for longer
/// than its deadline, a bounded number of them. Each leaves once, and to one caller. Safe for any
/// thread.
/// @param <C> what was asked
final class Pending<C extends Pending.Call> {

  /// Something that waits for its answer, and not for ever.
  interface Call {

    /// Is its deadline over?
    boolean expired(long nowNanos);
  }

  private final int most;
  private final AtomicLong ids = new AtomicLong();
  private final AtomicInteger size = new AtomicInteger();
  private final ConcurrentSkipListMap<Long, C> calls = new ConcurrentSkipListMap<>();

  /// @param most that may wait
  Pending(int most) {
    this.most = most;
  }

  /// Keeps a call.
  ///
  /// @return its id; 0 when too many wait
  long add(C call) {
    if (size.incrementAndGet() > most) {
      size.decrementAndGet();
      return 0;
    }
    long id = ids.incrementAndGet();
    calls.put(id, call);
    return id;
  }

  /// Takes a call out.
  ///
  /// @return null when it is not there any more
  @Nullable C remove(long id) {
    C call = calls.remove(id);
    if (call != null) {
      size.decrementAndGet();
    }
    return call;
  }

  /// Takes everything out, in the order in which it was asked.
  List<C> takeAll() {
    List<C> taken = new ArrayList<>();
    for (Long id : calls.keySet()) {
      C call = remove(id);
      if (call != null) {
        taken.add(call);
      }
    }
    return taken;
  }

  /// Takes out what has waited too long.
  List<C> takeExpired(long nowNanos) {
    List<C> late = new ArrayList<>();
    calls.forEach(
        (id, call) -> {
          if (call.expired(nowNanos) && remove(id) != null) {
            late.add(call);
          }
        });
    return late;
  }

  int size() {
    return size.get();
  }
}
