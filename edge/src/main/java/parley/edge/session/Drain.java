package parley.edge.session;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import parley.edge.recovery.SavedConnections;

/// How the connections of an edge that stops are sent elsewhere: in batches, in no order, with
/// uneven pauses between them, so that the other edges are not stormed; each after what it has
/// under way was answered, and saved so that it can be continued.
public final class Drain {

  private static final long PAUSE_MILLIS = 50;
  private static final long SAVE_MILLIS = 3_000;

  private final Collection<ChatSession> connected;
  private final SavedConnections saved;
  private final int perSecond;
  private final Duration atMost;

  /// @param connected the registry
  /// @param perSecond connections, unless that takes too long
  /// @param atMost for all of them
  public Drain(
      Collection<ChatSession> connected, SavedConnections saved, int perSecond, Duration atMost) {
    this.connected = connected;
    this.saved = saved;
    this.perSecond = perSecond;
    this.atMost = atMost;
  }

  /// Blocks until all are gone and saved, or the time is over.
  public void run() throws InterruptedException {
    long end = System.nanoTime() + atMost.toNanos();
    List<ChatSession> all = new ArrayList<>(connected);
    Collections.shuffle(all);
    long turns = Math.max(1, atMost.toMillis() / 2 / PAUSE_MILLIS);
    int usual = (int) Math.max(1, perSecond * PAUSE_MILLIS / 1_000);
    int batch = (int) Math.max(usual, (all.size() + turns - 1) / turns);
    List<Thread> closing = new ArrayList<>();
    for (int from = 0; from < all.size(); from += batch) {
      if (from > 0) {
        TimeUnit.MILLISECONDS.sleep(
            PAUSE_MILLIS / 2 + ThreadLocalRandom.current().nextLong(PAUSE_MILLIS));
      }
      for (ChatSession session : all.subList(from, Math.min(all.size(), from + batch))) {
        long left = Math.max(0, TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime()));
        closing.add(Thread.ofVirtual().start(() -> session.drain(left)));
      }
    }
    for (Thread thread : closing) {
      thread.join(); // each ends in time by itself
    }
    connected.forEach(session -> session.drain(0)); // who came in at the last moment
    saved.flush(SAVE_MILLIS);
  }
}
