package parley.core.relay;

import com.mongodb.MongoException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import parley.contract.Errors;
import parley.contract.UserId;
import parley.process.RareWarning;
import parley.process.Worker;
import parley.proto.errors.ErrorCode;
import parley.proto.relay.Authenticated;
import parley.proto.relay.Reply;
import parley.proto.relay.Request;

/// Answers who a user is and where it belongs. Those who ask while others are being looked up are
/// looked up together: after an edge's end thousands arrive at once. Asking never blocks; safe for
/// any thread.
final class Arrivals implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(Arrivals.class.getName());
  private static final RareWarning FAILED = new RareWarning(LOG);
  private static final int WAITING = 16_384;
  private static final int TOGETHER = 100;
  private static final int WORKERS = 2;

  /// Those who follow each other this closely wait this long for each other.
  private static final long STORM_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private static final Duration GATHERING = Duration.ofMillis(5);

  private record Arrival(
      Belongings.Asked asked, long id, long deadlineNanos, Consumer<Reply> answer) {

    boolean isLate(long now) {
      return now - deadlineNanos > 0;
    }
  }

  private final Belongings belongings;
  private final BlockingQueue<Arrival> waiting = new ArrayBlockingQueue<>(WAITING);
  private final List<Worker> workers = new ArrayList<>();
  private volatile long takenNanos = System.nanoTime() - STORM_NANOS;

  Arrivals(Belongings belongings) {
    this.belongings = belongings;
    for (int i = 0; i < WORKERS; i++) {
      workers.add(Worker.thread("arrivals-" + i, this::turn).start());
    }
  }

  /// @throws parley.contract.InvalidIdException when there can be no such user
  void ask(Request request, Consumer<Reply> answer) {
    Belongings.Asked asked =
        new Belongings.Asked(
            new UserId(request.getAuthenticate().getUserId()), request.getAuthenticate());
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(request.getDeadlineMs());
    Arrival arrival = new Arrival(asked, request.getId(), deadline, answer);
    if (!waiting.offer(arrival)) {
      refuse(arrival, ErrorCode.BUSY);
    }
  }

  private void turn() throws InterruptedException {
    List<Arrival> together = new ArrayList<>();
    together.add(waiting.take());
    if (System.nanoTime() - takenNanos < STORM_NANOS && waiting.size() < TOGETHER) {
      Thread.sleep(GATHERING);
    }
    takenNanos = System.nanoTime();
    waiting.drainTo(together, TOGETHER - 1);
    answer(inTime(together));
  }

  /// Those whose edge still waits; the others are told so.
  private static List<Arrival> inTime(List<Arrival> arrivals) {
    long now = System.nanoTime();
    arrivals.stream()
        .filter(arrival -> arrival.isLate(now))
        .forEach(arrival -> refuse(arrival, ErrorCode.DEADLINE_EXCEEDED));
    return arrivals.stream().filter(arrival -> !arrival.isLate(now)).toList();
  }

  private void answer(List<Arrival> arrivals) {
    if (arrivals.isEmpty()) {
      return;
    }
    try {
      Map<UserId, Authenticated> found =
          belongings.of(arrivals.stream().map(Arrival::asked).toList());
      arrivals.forEach(arrival -> answer(arrival, found.get(arrival.asked.user())));
    } catch (MongoException e) {
      FAILED.warn("users cannot be looked up: {0}", e.toString());
      arrivals.forEach(arrival -> refuse(arrival, ErrorCode.UNAVAILABLE));
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, "read failed, " + UUID.randomUUID(), e);
      if (arrivals.size() == 1) {
        refuse(arrivals.getFirst(), ErrorCode.INTERNAL);
      } else {
        arrivals.forEach(arrival -> answer(List.of(arrival))); // one of them is to blame
      }
    }
  }

  private static void answer(Arrival arrival, @Nullable Authenticated found) {
    if (found == null) {
      refuse(arrival, ErrorCode.INVALID_USER);
    } else {
      tell(arrival, Reply.newBuilder().setAuthenticated(found));
    }
  }

  private static void refuse(Arrival arrival, ErrorCode code) {
    tell(arrival, Reply.newBuilder().setError(Errors.error(code)));
  }

  /// A stream that cannot be answered is no trouble of those who share the thread.
  private static void tell(Arrival arrival, Reply.Builder reply) {
    try {
      arrival.answer.accept(reply.setId(arrival.id).build());
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, "not answered, " + UUID.randomUUID(), e);
    }
  }

  @Override
  public void close() {
    workers.forEach(Worker::close);
  }
}
