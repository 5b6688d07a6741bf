package parley.edge.connection;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/// Files that this process may have open: each connection is one.
///
/// @param most the soft limit (`ulimit -n`), which the JVM raises to the hard one
/// @param open now
record OpenFiles(long most, long open) {

  private static final int UNKNOWN = 10_000;

  /// Kept for streams, Redis, files and what is refused with words, at the least.
  private static final int LEAST_RESERVE = 64;

  private static final int MOST_RESERVE = 1_024;

  static OpenFiles now() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
        ? new OpenFiles(unix.getMaxFileDescriptorCount(), unix.getOpenFileDescriptorCount())
        : new OpenFiles(UNKNOWN, 0);
  }

  /// How many connections fit beside what is open, and a reserve of a tenth.
  int connections() {
    long reserve = Math.clamp(most / 10, LEAST_RESERVE, MOST_RESERVE);
    return Math.clamp(most - open - reserve, 1, Integer.MAX_VALUE / 2);
  }
}
