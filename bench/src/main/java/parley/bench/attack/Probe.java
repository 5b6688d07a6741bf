package parley.bench.attack;

import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Two people who talk, ten messages a second, and note how long each takes from the one to the
/// other. They come back when they are thrown out.
final class Probe implements AutoCloseable {

  private static final long PERIOD_MILLIS = 100;
  private static final String ROOM = "probe";

  private final Target target;
  private final ConcurrentHashMap<String, Long> sent = new ConcurrentHashMap<>();
  private final ConcurrentLinkedQueue<Double> took = new ConcurrentLinkedQueue<>();
  private final AtomicLong thrownOut = new AtomicLong();
  private final AtomicLong said = new AtomicLong();
  private final Thread speaker;
  private final Thread listener;
  private volatile boolean over;

  Probe(Target target) {
    this.target = target;
    this.listener = Thread.ofPlatform().name("listener").start(() -> lasting("probe-ben", false));
    this.speaker = Thread.ofPlatform().name("speaker").start(() -> lasting("probe-ana", true));
  }

  /// What was felt since the last time.
  ///
  /// @param millis sorted
  record Felt(double[] millis, long said, long thrownOut) {

    double percentile(double share) {
      return millis.length == 0
          ? Double.NaN
          : millis[(int) Math.min(millis.length - 1, millis.length * share)];
    }
  }

  Felt felt() {
    double[] millis = new double[took.size()];
    int count = 0;
    for (Double one = took.poll(); one != null && count < millis.length; one = took.poll()) {
      millis[count++] = one;
    }
    millis = Arrays.copyOf(millis, count);
    Arrays.sort(millis);
    return new Felt(millis, said.getAndSet(0), thrownOut.getAndSet(0));
  }

  /// Whether a message arrives within that time.
  boolean served(long withinMillis) throws InterruptedException {
    long start = System.nanoTime();
    took.clear();
    while ((System.nanoTime() - start) / 1_000_000 < withinMillis) {
      if (!took.isEmpty()) {
        return true;
      }
      Thread.sleep(PERIOD_MILLIS);
    }
    return false;
  }

  private void lasting(String user, boolean speaks) {
    while (!over) {
      try (Wire wire = joined(user)) {
        if (speaks) {
          speak(wire);
        } else {
          listen(wire);
        }
      } catch (IOException e) {
        // comes back below
      } catch (InterruptedException e) {
        return;
      }
      thrownOut.incrementAndGet();
      try {
        Thread.sleep(PERIOD_MILLIS);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private Wire joined(String user) throws IOException {
    Wire wire = Wire.webSocket(target);
    wire.send("40{\"token\":\"" + target.token(user) + "\"}");
    wire.send("420[\"join-room\",\"" + ROOM + "\"]");
    while (true) {
      String text = wire.text();
      if (text == null) {
        wire.close();
        throw new IOException("not let in");
      }
      if (text.startsWith("430")) {
        return wire;
      }
    }
  }

  private void speak(Wire wire) throws IOException, InterruptedException {
    long next = System.nanoTime();
    while (!over) {
      String id = "p" + System.nanoTime();
      sent.put(id, System.nanoTime());
      said.incrementAndGet();
      wire.send(
          "42[\"send-message\",{\"roomId\":\"%s\",\"content\":\"%s\",\"clientMessageId\":\"%s\"}]"
              .formatted(ROOM, id, id));
      next += PERIOD_MILLIS * 1_000_000;
      Thread.sleep(Math.max(1, (next - System.nanoTime()) / 1_000_000));
      wire.drain();
      wire.send("3"); // any packet counts as the answer to a ping
    }
  }

  private void listen(Wire wire) throws IOException {
    while (!over) {
      String text = wire.text();
      if (text == null) {
        return;
      }
      heard(text);
    }
  }

  private void heard(String text) {
    int at = text.indexOf("\"content\":\"p");
    if (at < 0 || !text.startsWith("42[\"message-received\"")) {
      return;
    }
    String id = text.substring(at + 11, text.indexOf('"', at + 11));
    @Nullable Long start = sent.remove(id);
    if (start != null) {
      took.add((System.nanoTime() - start) / 1e6);
    }
  }

  @Override
  public void close() {
    over = true;
    speaker.interrupt();
    listener.interrupt();
  }
}
