package parley.process;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.text.MessageFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.ResourceBundle;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Whatever comes in a storm is told, and does not fill the log.
class RareWarningTest {

  /// Keeps what it is told.
  private static final class Kept implements System.Logger {
    final List<String> lines = new ArrayList<>();

    @Override
    public String getName() {
      return "kept";
    }

    @Override
    public boolean isLoggable(Level level) {
      return true;
    }

    @Override
    public void log(
        Level level, @Nullable ResourceBundle bundle, String text, @Nullable Throwable thrown) {
      lines.add(level + " " + text);
    }

    @Override
    public void log(
        Level level, @Nullable ResourceBundle bundle, String format, Object... parameters) {
      lines.add(level + " " + MessageFormat.format(format, parameters));
    }
  }

  @Test
  void aStormIsToldOnceInTenSecondsWithItsSize() {
    Kept kept = new Kept();
    AtomicLong now = new AtomicLong(-5);
    RareWarning warning = new RareWarning(kept, now::get);
    warning.warn("room {0} waits", "r1");
    assertEquals(List.of("WARNING room r1 waits"), kept.lines);
    for (int i = 0; i < 12_345; i++) {
      warning.warn("room {0} waits", "r" + i);
    }
    assertEquals(1, kept.lines.size());
    now.addAndGet(TimeUnit.SECONDS.toNanos(10));
    warning.warn("room {0} waits", "r2");
    assertEquals("WARNING room r2 waits (and 12345 more like this before)", kept.lines.getLast());
    now.addAndGet(TimeUnit.SECONDS.toNanos(60));
    warning.warn("room {0} waits", "r3");
    assertEquals("WARNING room r3 waits", kept.lines.getLast());
  }
}
