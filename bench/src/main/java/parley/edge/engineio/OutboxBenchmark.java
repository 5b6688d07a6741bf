package parley.edge.engineio;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/// One packet offered to a thousand outboxes, until the drainers have written it to transports that
/// cost nothing: fan-out without the kernel.
@State(Scope.Benchmark)
public class OutboxBenchmark {

  private static final int CLIENTS = 1_000;

  private final AtomicInteger written = new AtomicInteger();
  private final Drainers drainers = new Drainers(2);
  private final Packet packet = Packet.of("42[\"message-received\",{\"content\":\"hello\"}]");
  private final Outbox[] outboxes = new Outbox[CLIENTS];

  public OutboxBenchmark() {
    for (int i = 0; i < CLIENTS; i++) {
      outboxes[i] = new Outbox(new Nowhere(), drainers, 1_000_000, new Nobody());
    }
  }

  @TearDown
  public void close() {
    drainers.close();
  }

  /// For each client.
  @Benchmark
  @OperationsPerInvocation(CLIENTS)
  public int offeredUntilWritten() {
    written.set(0);
    for (Outbox outbox : outboxes) {
      outbox.offer(packet);
    }
    while (written.get() < CLIENTS) {
      Thread.onSpinWait();
    }
    return written.get();
  }

  private final class Nowhere implements Transport, Transport.Writing {

    @Override
    public void write(List<Packet> packets) {
      written.addAndGet(packets.size());
    }

    @Override
    public Writing claim() {
      return this;
    }

    @Override
    public boolean writable() {
      return true;
    }

    @Override
    public int mostPackets() {
      return Integer.MAX_VALUE;
    }

    @Override
    public int mostBytes() {
      return 16 * 1024;
    }

    @Override
    public void drop() {}
  }

  private static final class Nobody implements Outbox.Owner {
    @Override
    public void overflowed() {}

    @Override
    public void failed() {}

    @Override
    public void finished() {}
  }
}
