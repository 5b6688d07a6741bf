package parley.core.room;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import parley.contract.RoomId;
import parley.contract.UserId;

/// Who was let into which room a moment ago, 50,000 of them at most. A membership that changes on
/// this node is forgotten at once; one that changes on another, after its time. Safe for any
/// thread.
public final class Admissions {

  static final long SECONDS_LATELY = 60;
  static final long SECONDS_OFTEN = 5;
  private static final int MOST = 50_000;

  private record Who(RoomId room, UserId user) {}

  private record Remembered(RoomReader.Admitted admitted, long atNanos) {}

  private final Cache<Who, Remembered> remembered =
      Caffeine.newBuilder()
          .maximumSize(MOST)
          .expireAfterWrite(Duration.ofSeconds(SECONDS_LATELY))
          .build();

  void remember(UserId user, RoomReader.Admitted admitted) {
    remembered.put(
        new Who(admitted.room().id(), user), new Remembered(admitted, System.nanoTime()));
  }

  void forget(RoomId room, UserId user) {
    remembered.invalidate(new Who(room, user));
  }

  RoomReader.@Nullable Admitted within(RoomId room, UserId user, long seconds) {
    Remembered known = remembered.getIfPresent(new Who(room, user));
    if (known == null || System.nanoTime() - known.atNanos >= TimeUnit.SECONDS.toNanos(seconds)) {
      return null;
    }
    return known.admitted;
  }
}
