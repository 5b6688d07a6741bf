package parley.edge.upstream;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import parley.process.Backoff;

/// The core nodes that there are, and their streams: as many as wanted to each, and for one that
/// ended another, after a back-off of 50 ms to 3 s. Safe for any thread.
final class CoreNodes {

  private static final System.Logger LOG = System.getLogger(CoreNodes.class.getName());

  /// A stream that lived shorter is no success: its successor waits longer.
  private static final long LIVED_NANOS = Duration.ofSeconds(3).toNanos();

  private static final class Slot {
    final String address;
    final Backoff backoff = new Backoff();
    @Nullable CoreStream stream;
    long openedNanos;
    long dueNanos = System.nanoTime();
    int failures;

    Slot(String address) {
      this.address = address;
    }
  }

  private final int streamsPerNode;
  private final Function<String, CoreStream> streams;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, List<Slot>> slots = new LinkedHashMap<>(); // by address
  private Set<String> wanted = Set.of();
  private boolean closed;

  /// @param streams makes one to an address, not yet open
  CoreNodes(int streamsPerNode, Function<String, CoreStream> streams) {
    this.streamsPerNode = streamsPerNode;
    this.streams = streams;
  }

  /// These addresses there are, and no others: the streams of those that are gone live on until
  /// they end. None at all means that nothing is known.
  void wanted(Collection<String> addresses) {
    if (addresses.isEmpty()) {
      return;
    }
    lock.lock();
    try {
      wanted = Set.copyOf(addresses);
      for (String address : addresses) {
        slots.computeIfAbsent(address, this::slotsOf);
      }
    } finally {
      lock.unlock();
    }
  }

  private List<Slot> slotsOf(String address) {
    List<Slot> made = new ArrayList<>();
    for (int i = 0; i < streamsPerNode; i++) {
      made.add(new Slot(address));
    }
    return made;
  }

  /// Opens what is due and lets every stream look after itself. By one thread, every {@link
  /// RelayStream#TURN_MILLIS}.
  void turn(long nowNanos) {
    List<CoreStream> opening;
    List<CoreStream> open;
    lock.lock();
    try {
      open = open();
      opening = closed ? List.of() : due(nowNanos);
      slots.values().removeIf(CoreNodes.this::isGone);
    } finally {
      lock.unlock();
    }
    opening.forEach(CoreStream::open);
    open.forEach(stream -> stream.turn(nowNanos));
  }

  private List<CoreStream> open() {
    return slots.values().stream()
        .flatMap(List::stream)
        .map(slot -> slot.stream)
        .filter(Objects::nonNull)
        .toList();
  }

  private List<CoreStream> due(long nowNanos) {
    List<CoreStream> opening = new ArrayList<>();
    for (List<Slot> node : slots.values()) {
      for (Slot slot : node) {
        boolean due = slot.stream == null && nowNanos - slot.dueNanos >= 0;
        if (due && wanted.contains(slot.address)) {
          CoreStream stream = streams.apply(slot.address);
          slot.stream = stream;
          slot.openedNanos = nowNanos;
          opening.add(stream);
        }
      }
    }
    return opening;
  }

  private boolean isGone(List<Slot> node) {
    return node.stream().allMatch(s -> s.stream == null && !wanted.contains(s.address));
  }

  /// A stream is over.
  void ended(CoreStream stream, Throwable reason) {
    lock.lock();
    try {
      for (Slot slot : slots.getOrDefault(stream.address(), List.of())) {
        if (slot.stream == stream) {
          ended(slot, reason);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  private void ended(Slot slot, Throwable reason) {
    long now = System.nanoTime();
    if (now - slot.openedNanos > LIVED_NANOS) {
      slot.backoff.reset();
      slot.failures = 0;
    }
    slot.stream = null;
    slot.dueNanos = now + slot.backoff.next().toNanos();
    if (!closed) {
      // The first is news, the hundredth is not.
      LOG.log(
          slot.failures++ == 0 ? System.Logger.Level.WARNING : System.Logger.Level.DEBUG,
          "stream to core at {0} ended: {1}",
          slot.address,
          reason.getMessage());
    }
  }

  /// Ends all streams, and opens none any more.
  void close() {
    List<CoreStream> open;
    lock.lock();
    try {
      closed = true;
      open = open();
    } finally {
      lock.unlock();
    }
    open.forEach(CoreStream::close);
  }
}
