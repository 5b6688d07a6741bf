package parley.edge.upstream;

import java.time.Duration;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import parley.process.Worker;

/// Keeps one stream to presence: when it ends, another is opened, to the next node in turn, and
/// begins with a snapshot. Safe for any thread; nothing blocks but the look-up of names, by its own
/// thread, while there is no stream.
final class PresenceLink implements PresenceStream.Owner, AutoCloseable {

  private static final System.Logger LOG = System.getLogger(PresenceLink.class.getName());

  private final BiFunction<String, PresenceStream.Owner, PresenceStream> streams;
  private final Runnable begun;
  private final Rotation rotation; // the clock's thread's
  private final Worker clock =
      Worker.every("presence-client", Duration.ofMillis(RelayStream.TURN_MILLIS), this::turn)
          .first(Duration.ZERO);
  private volatile @Nullable PresenceStream opened; // set by the clock's thread alone
  private long liveNanos; // the clock's thread's; 0 = it was not seen alive yet
  private volatile @Nullable PresenceStream current;
  private volatile @Nullable PresenceStream ended;
  private volatile boolean quiet; // the node could not be reached, and that was said
  private volatile boolean closed;

  /// @param streams makes one to an address, not yet open
  /// @param begun runs when a stream stands anew; must not block
  PresenceLink(
      Rotation rotation,
      BiFunction<String, PresenceStream.Owner, PresenceStream> streams,
      Runnable begun) {
    this.rotation = rotation;
    this.streams = streams;
    this.begun = begun;
  }

  /// Begins to connect; returns at once.
  void start() {
    clock.start();
  }

  /// The stream that is live; null when there is none.
  @Nullable PresenceStream current() {
    return current;
  }

  private void turn() {
    long now = System.nanoTime();
    PresenceStream stream = opened;
    if (stream != null) {
      stream.turn(now);
      if (liveNanos == 0 && current == stream) {
        liveNanos = now;
      }
      if (ended == stream) {
        rotation.ended(now, liveNanos == 0 ? 0 : now - liveNanos);
        opened = null;
        stream = null;
      }
    }
    String address = stream == null && !closed ? rotation.next(now) : null;
    if (address != null) {
      open(address);
    }
  }

  private void open(String address) {
    PresenceStream stream = streams.apply(address, this);
    opened = stream;
    liveNanos = 0;
    stream.open();
    if (closed) {
      stream.close();
    }
  }

  @Override
  public void live(PresenceStream stream) {
    current = stream;
    quiet = false;
    begun.run();
  }

  @Override
  public void dead(PresenceStream stream, Throwable reason, boolean wasLive) {
    if (current == stream) {
      current = null;
    }
    ended = stream;
    if (!closed) {
      LOG.log(
          wasLive || !quiet ? System.Logger.Level.WARNING : System.Logger.Level.DEBUG,
          "stream to presence ended: {0}",
          reason.getMessage());
      quiet = true;
    }
  }

  @Override
  public void close() {
    closed = true;
    clock.close();
    PresenceStream stream = opened;
    if (stream != null) {
      stream.close();
    }
  }
}
