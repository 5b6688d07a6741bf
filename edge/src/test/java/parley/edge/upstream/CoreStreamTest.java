package parley.edge.upstream;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import parley.proto.relay.CoreFrame;
import parley.proto.relay.Request;

@Timeout(30)
class CoreStreamTest {

  private static CoreCall call(String route) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    return new CoreCall(route, Request.newBuilder(), deadline, reply -> {});
  }

  @Test
  void whatComesWhileAStreamEndsGoesWhereItsOthersGo() throws Exception {
    CoreCall before = call("before");
    CoreCall between = call("between");
    List<String> life = new CopyOnWriteArrayList<>();
    List<CoreCall> taken = new CopyOnWriteArrayList<>();
    try (FakeCore node = new FakeCore(0)) {
      CoreStream stream =
          new CoreStream(
              node.address(),
              Channels.open(node.address()),
              new CoreStream.Edge("edge", FakeCore.TOKEN),
              new TakesOver(between, taken, life));
      stream.open();
      await().atMost(Duration.ofSeconds(10)).until(() -> life.contains("live"));
      node.silent = true;
      assertTrue(stream.offer(before));
      stream.close();
    }
    assertEquals(List.of(before, between), taken);
  }

  /// The stream is over, and whoever owns it does not know yet: something is asked for just then.
  private record TakesOver(CoreCall between, List<CoreCall> taken, List<String> life)
      implements CoreStream.Owner {
    @Override
    public void live(CoreStream stream) {
      life.add("live");
    }

    @Override
    public void dead(CoreStream stream, Throwable reason, boolean wasLive) {
      assertTrue(stream.offer(between));
      taken.addAll(stream.takePending());
    }

    @Override
    public void frame(CoreStream stream, CoreFrame frame) {}

    @Override
    public void answered(CoreStream stream, CoreCall call) {}
  }
}
