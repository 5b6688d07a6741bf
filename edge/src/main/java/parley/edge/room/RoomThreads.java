package parley.edge.room;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.DelayQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import parley.process.Worker;

/// The few virtual threads that work on all rooms, each room by one at a time, taking turns; and
/// their clock.
public final class RoomThreads implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(RoomThreads.class.getName());

  /// For so long a thread goes on before others have their turn.
  private static final long STRETCH_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

  /// A short task, and when it is due by {@link System#nanoTime}.
  private record Due(long nanos, Runnable task) implements Delayed {
    @Override
    public long getDelay(TimeUnit unit) {
      return unit.convert(nanos - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    @Override
    public int compareTo(Delayed other) {
      return Long.signum(nanos - ((Due) other).nanos);
    }
  }

  private final LinkedBlockingQueue<LocalRoom> ready = new LinkedBlockingQueue<>();
  private final DelayQueue<Due> later = new DelayQueue<>();
  private final List<Worker> workers = new CopyOnWriteArrayList<>();

  public RoomThreads(int count) {
    for (int i = 0; i < count; i++) {
      workers.add(Worker.thread("rooms-" + i, this::work));
    }
    workers.add(Worker.platformThread("room-clock", () -> later.take().task().run()));
    List.copyOf(workers).forEach(Worker::start);
  }

  /// The room has something to do, and is not ready already.
  void ready(LocalRoom room) {
    ready.add(room);
  }

  /// Runs a short task after a while.
  public void after(long millis, Runnable task) {
    later.add(new Due(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis), task));
  }

  /// Runs a short task again and again.
  ///
  /// @param name of the thread that does
  public void every(String name, Duration period, Runnable task) {
    workers.add(Worker.every(name, period, task::run).start());
  }

  /// Does each thread go on?
  public boolean alive() {
    return workers.stream().allMatch(Worker::alive);
  }

  /// Works for a stretch, or for as long as there is something to do.
  @SuppressWarnings("ThreadPriorityCheck") // virtual threads give way only of their own accord
  private void work() throws InterruptedException {
    LocalRoom room = ready.take();
    long since = System.nanoTime();
    while (room != null && System.nanoTime() - since < STRETCH_NANOS) {
      turn(room);
      room = ready.poll();
    }
    if (room != null) {
      turn(room);
    }
    Thread.yield();
  }

  private static void turn(LocalRoom room) {
    try {
      room.turn();
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, "room " + room.id() + ", " + UUID.randomUUID(), e);
    }
    room.afterTurn();
  }

  @Override
  public void close() {
    workers.forEach(Worker::close);
  }
}
