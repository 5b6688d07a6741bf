package parley.edge.room;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/// The few virtual threads that work on all rooms, each room by one at a time, taking turns.
public final class RoomThreads implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(RoomThreads.class.getName());

  /// For so long a thread goes on before others have their turn.
  private static final long STRETCH_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

  private final LinkedBlockingQueue<LocalRoom> ready = new LinkedBlockingQueue<>();
  private final List<Thread> threads = new ArrayList<>();
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("room-clock").factory());

  public RoomThreads(int count) {
    for (int i = 0; i < count; i++) {
      threads.add(Thread.ofVirtual().name("rooms-" + i).unstarted(this::work));
    }
    threads.forEach(Thread::start);
  }

  /// The room has something to do, and is not ready already.
  void ready(LocalRoom room) {
    ready.add(room);
  }

  /// Runs a short task after a while.
  public void after(long millis, Runnable task) {
    var unused = clock.schedule(task, millis, TimeUnit.MILLISECONDS);
  }

  /// Runs a short task again and again.
  void every(long millis, Runnable task) {
    var unused = clock.scheduleWithFixedDelay(task, millis, millis, TimeUnit.MILLISECONDS);
  }

  @SuppressWarnings("ThreadPriorityCheck") // virtual threads give way only of their own accord
  private void work() {
    long since = System.nanoTime();
    try {
      while (true) {
        LocalRoom room = ready.poll();
        if (room == null) {
          room = ready.take();
          since = System.nanoTime();
        }
        try {
          room.turn();
        } catch (RuntimeException e) {
          LOG.log(System.Logger.Level.ERROR, "room " + room.id() + ", " + UUID.randomUUID(), e);
        }
        room.afterTurn();
        long now = System.nanoTime();
        if (now - since > STRETCH_NANOS) {
          Thread.yield();
          since = now;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    clock.shutdownNow();
    threads.forEach(Thread::interrupt);
  }
}
