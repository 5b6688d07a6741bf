package parley.edge;

import java.lang.management.LockInfo;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/// Who waits with a lock held.
public final class HeldLocks {

  private HeldLocks() {}

  /// Of what classes the locks are that a platform thread holds right now, monitors included.
  public static List<String> of(Thread thread) {
    ThreadInfo info =
        ManagementFactory.getThreadMXBean()
            .getThreadInfo(new long[] {thread.threadId()}, true, true)[0];
    return Stream.<LockInfo>concat(
            Arrays.stream(info.getLockedMonitors()), Arrays.stream(info.getLockedSynchronizers()))
        .map(LockInfo::getClassName)
        .toList();
  }
}
