package parley.edge.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.stub.ClientCallStreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import parley.proto.relay.CoreFrame;
import parley.proto.relay.EdgeFrame;
import parley.proto.relay.Request;

@Timeout(30)
class CoreStreamTest {

  private static CoreCall call(String route) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    return new CoreCall(route, Request.newBuilder(), deadline, reply -> {});
  }

  @Test
  void whatComesWhileAStreamEndsGoesWhereItsOthersGo() {
    CoreCall before = call("before");
    CoreCall between = call("between");
    List<CoreCall> taken = new ArrayList<>();
    CoreStream stream = new CoreStream(null, "edge", new TakesOver(between, taken));
    stream.beforeStart(new Wire());
    assertTrue(stream.offer(before));
    stream.onError(new IllegalStateException("core was killed"));
    assertEquals(List.of(before, between), taken);
  }

  /// The stream is over, and whoever owns it does not know yet: something is asked for just then.
  private record TakesOver(CoreCall between, List<CoreCall> taken) implements CoreStream.Owner {
    @Override
    public void live(CoreStream stream) {}

    @Override
    public void dead(CoreStream stream, Throwable reason) {
      assertTrue(stream.offer(between));
      taken.addAll(stream.takePending());
    }

    @Override
    public void frame(CoreStream stream, CoreFrame frame) {}

    @Override
    public void answered(CoreCall call) {}
  }

  /// A connection that stands and writes nothing.
  private static final class Wire extends ClientCallStreamObserver<EdgeFrame> {
    @Override
    public void cancel(String message, Throwable cause) {}

    @Override
    public boolean isReady() {
      return false;
    }

    @Override
    public void setOnReadyHandler(Runnable handler) {
      handler.run();
    }

    @Override
    public void disableAutoInboundFlowControl() {}

    @Override
    public void request(int count) {}

    @Override
    public void setMessageCompression(boolean enable) {}

    @Override
    public void onNext(EdgeFrame frame) {}

    @Override
    public void onError(Throwable t) {}

    @Override
    public void onCompleted() {}
  }
}
