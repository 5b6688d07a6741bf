package parley.edge.upstream;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.ManagedChannel;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import parley.proto.relay.CoreFrame;
import parley.proto.relay.EdgeFrame;
import parley.proto.relay.Hello;
import parley.proto.relay.Request;
import parley.relay.FrameWriter;

/// One stream's life, with a node that is played.
@Timeout(30)
class RelayStreamTest {

  private static final Duration SOON = Duration.ofSeconds(10);
  private static final EdgeFrame HELLO =
      EdgeFrame.newBuilder().setHello(Hello.newBuilder().setEdgeId("edge")).build();

  private final List<String> life = new CopyOnWriteArrayList<>();
  private final Wire wire = new Wire();
  private final ManagedChannel channel = Channels.open("127.0.0.1:1"); // of which nothing is asked
  private final Played peer = new Played();
  private final RelayStream<EdgeFrame, CoreFrame> stream =
      new RelayStream<>("test", channel, new FrameWriter.Bounds(2, 1 << 20), peer);

  @AfterEach
  void stop() {
    stream.end(new IllegalStateException("the test is over"));
  }

  private final class Played implements RelayStream.Peer<EdgeFrame, CoreFrame> {
    ClientResponseObserver<EdgeFrame, CoreFrame> node;
    RuntimeException fault;

    @Override
    public void call(ManagedChannel on, ClientResponseObserver<EdgeFrame, CoreFrame> observer) {
      node = observer;
      observer.beforeStart(wire);
    }

    @Override
    public void live() {
      life.add("live");
    }

    @Override
    public Iterator<EdgeFrame> greeting() {
      return List.of(HELLO).iterator();
    }

    @Override
    public void heard(CoreFrame frame) {
      if (fault != null) {
        throw fault;
      }
      life.add("heard");
    }

    @Override
    public void ended(Throwable reason, boolean wasLive) {
      life.add((wasLive ? "ended: " : "never live: ") + reason.getMessage());
    }

    void says() {
      node.onNext(CoreFrame.getDefaultInstance());
    }
  }

  private static EdgeFrame request(long id) {
    return EdgeFrame.newBuilder().addRequests(Request.newBuilder().setId(id)).build();
  }

  private void turns(int count) {
    for (int i = 0; i < count; i++) {
      stream.turn();
    }
  }

  @Test
  void itIsLiveFromTheNodesFirstWordAndTheGreetingLeavesFirst() {
    stream.open();
    assertTrue(stream.offer(request(1)));
    assertEquals(List.of(), life, "a connection that stands says nothing of the node");
    peer.says();
    assertEquals(List.of("live", "heard"), life);
    await().atMost(SOON).until(() -> wire.frames.size() == 2);
    assertEquals(List.of(HELLO, request(1)), wire.frames);
    assertTrue(stream.offer(request(2)));
    await().atMost(SOON).until(() -> wire.frames.size() == 3);
    assertEquals(1, life.stream().filter("live"::equals).count());
  }

  @Test
  void whatWaitsLeavesInOneFrame() {
    stream.open();
    assertTrue(stream.offer(request(1)) && stream.offer(request(2)));
    assertFalse(stream.offer(request(3)), "full");
    peer.says();
    await().atMost(SOON).until(() -> wire.frames.size() == 2);
    assertEquals(2, wire.frames.get(1).getRequestsCount());
  }

  @Test
  void aNodeThatNeverSpeaksIsGivenUpAfterSixtyTurns() {
    stream.open();
    turns(60);
    assertEquals(List.of(), life);
    turns(1);
    assertEquals(List.of("never live: no word within 6 s"), life);
    assertTrue(channel.isShutdown(), "nothing of its connection is left");
  }

  @Test
  void aNodeThatFallsSilentIsGivenUpAndOneThatSpeaksIsNot() {
    stream.open();
    for (int i = 0; i < 10; i++) {
      peer.says();
      turns(34);
    }
    assertFalse(life.getLast().startsWith("ended"));
    turns(2);
    assertEquals("ended: silent for 3.5 s", life.getLast());
  }

  @Test
  void itEndsOnceAndNothingComesBehind() {
    stream.open();
    peer.says();
    stream.end(new IllegalStateException("one"));
    stream.end(new IllegalStateException("other"));
    peer.node.onError(new IllegalStateException("third"));
    assertEquals(List.of("live", "heard", "ended: one"), life);
    assertTrue(stream.isClosed());
    assertFalse(stream.offer(request(1)));
  }

  @Test
  void whoSpeaksAfterTheEndIsNotLive() {
    stream.open();
    stream.end(new IllegalStateException("given up"));
    peer.says();
    assertFalse(life.contains("live"));
  }

  @Test
  void whoHoldsALockEndsItWithTheNextTurn() {
    stream.open();
    peer.says();
    stream.endSoon(new IllegalStateException("what is followed does not fit"));
    assertEquals(List.of("live", "heard"), life);
    turns(1);
    assertEquals("ended: what is followed does not fit", life.getLast());
  }

  @Test
  void aFrameThatIsNotHandledTakesTheStreamFromNobody() {
    stream.open();
    peer.fault = new IllegalStateException("a fault of the handler's");
    peer.says();
    peer.fault = null;
    peer.says();
    assertEquals(List.of("live", "heard"), life);
  }

  @Test
  void aStreamThatCannotBeWrittenEnds() {
    wire.over = true;
    stream.open();
    peer.says();
    await().atMost(SOON).until(() -> life.contains("ended: over"));
  }

  /// A connection that stands and keeps what is written.
  private static final class Wire extends ClientCallStreamObserver<EdgeFrame> {
    final List<EdgeFrame> frames = new CopyOnWriteArrayList<>();
    volatile boolean over;

    @Override
    public void cancel(String message, Throwable cause) {}

    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    public void setOnReadyHandler(Runnable handler) {}

    @Override
    public void disableAutoInboundFlowControl() {}

    @Override
    public void request(int count) {}

    @Override
    public void setMessageCompression(boolean enable) {}

    @Override
    public void onNext(EdgeFrame frame) {
      if (over) {
        throw new IllegalStateException("over");
      }
      frames.add(frame);
    }

    @Override
    public void onError(Throwable t) {}

    @Override
    public void onCompleted() {}
  }
}
