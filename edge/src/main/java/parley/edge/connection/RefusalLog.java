package parley.edge.connection;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Tells the log of what clients were refused, who can have that happen as often as they like: one
/// line in a period, with counts and the last address of each kind. Safe for any thread; somebody
/// has to call {@link #tell} now and then.
public final class RefusalLog {

  private static final int MOST_KINDS = 32;

  private record Told(long count, String address) {}

  private final System.Logger log;
  private final long periodNanos;
  // Guarded by this.
  private Map<String, Told> kinds = new TreeMap<>();
  private long since = System.nanoTime();

  /// @param period between two lines at the least
  public RefusalLog(System.Logger log, Duration period) {
    this.log = log;
    this.periodNanos = period.toNanos();
  }

  /// Somebody was refused.
  ///
  /// @param why one of a few
  /// @param address of the client
  public synchronized void refused(String why, String address) {
    if (kinds.containsKey(why) || kinds.size() < MOST_KINDS) {
      kinds.merge(why, new Told(1, address), (old, one) -> new Told(old.count + 1, address));
    }
  }

  /// Writes the line, if it is time and there is something to tell.
  ///
  /// @param now {@link System#nanoTime}
  public void tell(long now) {
    Map<String, Told> news;
    synchronized (this) {
      if (kinds.isEmpty() || now - since < periodNanos) {
        return;
      }
      since = now;
      news = kinds;
      kinds = new TreeMap<>();
    }
    log.log(
        System.Logger.Level.INFO,
        "refused: "
            + news.entrySet().stream()
                .map(
                    kind ->
                        kind.getKey()
                            + " "
                            + kind.getValue().count
                            + " (last "
                            + kind.getValue().address
                            + ")")
                .collect(Collectors.joining(", ")));
  }
}
