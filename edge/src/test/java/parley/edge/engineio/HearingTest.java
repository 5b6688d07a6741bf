package parley.edge.engineio;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.helidon.http.HttpPrologue;
import io.helidon.http.Method;
import io.helidon.http.WritableHeaders;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import parley.edge.Defaults;
import parley.edge.HeldLocks;
import parley.edge.connection.PendingBytes;
import parley.edge.connection.PendingLimits;
import parley.process.Settings;

@Timeout(30)
class HearingTest {

  private static final EngineConfig CONFIG = Defaults.ENGINE;

  private final Drainers drainers = new Drainers(1);
  private final Wheel wheel = Wheel.of(CONFIG.heartbeat());
  private final List<String> begun = new CopyOnWriteArrayList<>();
  private final CountDownLatch network = new CountDownLatch(1);
  private final EngineServer engine =
      new EngineServer(
          CONFIG,
          new Origins(Set.of(), Set.of()),
          drainers,
          wheel,
          new PendingBytes(PendingLimits.from(Settings.of(Map.of()), 1_000_000)),
          session -> new Slow());

  /// Waits with each message, as a handler does for another service.
  private final class Slow implements EngineListener {
    @Override
    public void message(String text) {
      begun.add(text);
      try {
        network.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void binary(byte[] bytes) {}

    @Override
    public void closed(EndReason reason) {}
  }

  @AfterEach
  void close() {
    network.countDown();
    drainers.close();
    wheel.close();
  }

  private EngineSession session() {
    HttpPrologue prologue =
        HttpPrologue.create("HTTP/1.1", "HTTP", "1.1", Method.GET, CONFIG.path() + "?EIO=4", false);
    Handshake handshake = Handshake.of(prologue, WritableHeaders.create(), "127.0.0.1");
    EngineSession session = engine.create(handshake, false);
    session.start();
    return session;
  }

  @Test
  void whileTheLayerAboveWaitsNoLockIsHeldAndTheNextThingWaitsForItsTurn() throws Exception {
    EngineSession session = session();
    Thread first = Thread.ofPlatform().start(() -> session.hearing().text("4first"));
    await().until(() -> begun.size() == 1 && first.getState() == Thread.State.WAITING);
    Thread second = Thread.ofPlatform().start(() -> session.hearing().text("4second"));
    await().until(() -> second.getState() == Thread.State.WAITING);
    assertEquals(List.of(), HeldLocks.of(first));
    assertEquals(List.of(), HeldLocks.of(second));
    assertEquals(List.of("first"), begun);
    assertTrue(session.send(Packet.of("4to the client")), "sending waits for nobody");
    network.countDown();
    first.join();
    second.join();
    assertEquals(List.of("first", "second"), begun);
  }
}
