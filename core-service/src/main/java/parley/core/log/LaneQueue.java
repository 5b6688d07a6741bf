package parley.core.log;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/// Commands that wait for a room's lane, and whether somebody works for it. Safe for any thread;
/// nothing blocks.
final class LaneQueue {

  private static final System.Logger LOG = System.getLogger(LaneQueue.class.getName());
  private static final int CAPACITY = 2_048;

  /// The longest run; more would make the first of it wait for the last.
  static final int LONGEST_RUN = 64;

  /// Whether a command was taken.
  enum Admission {
    TAKEN,
    FULL,
    RETIRED
  }

  private final Runnable work;
  private final ReentrantLock lock = new ReentrantLock();
  private final ArrayDeque<Submission> waiting = new ArrayDeque<>();
  private boolean working;
  private boolean retired;
  private long lastUsed = System.nanoTime();

  /// @param work begins to work, on another thread
  LaneQueue(Runnable work) {
    this.work = work;
  }

  /// Queues a command; somebody works from then on.
  ///
  /// @throws RejectedExecutionException when nobody can any more: not queued
  Admission submit(Submission submission) {
    lock.lock();
    try {
      if (retired) {
        return Admission.RETIRED;
      }
      if (waiting.size() >= CAPACITY) {
        return Admission.FULL;
      }
      if (!working) {
        work.run();
        working = true;
      }
      waiting.add(submission);
      lastUsed = System.nanoTime();
      return Admission.TAKEN;
    } finally {
      lock.unlock();
    }
  }

  /// Has somebody work, though nothing waits; nobody does where the lane, or the node, has ended.
  void wake() {
    lock.lock();
    try {
      if (!working && !retired) {
        work.run();
        working = true;
        lastUsed = System.nanoTime();
      }
    } catch (RejectedExecutionException e) {
      LOG.log(System.Logger.Level.DEBUG, "the node ends", e);
    } finally {
      lock.unlock();
    }
  }

  /// The longest stretch of posts, which cannot invalidate one another, or one other command. None:
  /// nothing waits, and whoever asked works no more.
  List<Submission> take() {
    lock.lock();
    try {
      List<Submission> run = new ArrayList<>();
      while (!waiting.isEmpty() && run.size() < LONGEST_RUN) {
        boolean post = waiting.element().command instanceof Command.Post;
        if (!post && !run.isEmpty()) {
          break;
        }
        run.add(waiting.remove());
        if (!post) {
          break;
        }
      }
      working = !run.isEmpty();
      lastUsed = System.nanoTime();
      return run;
    } finally {
      lock.unlock();
    }
  }

  /// Takes all that waits. Whoever asked goes on working.
  List<Submission> takeAll() {
    lock.lock();
    try {
      List<Submission> all = List.copyOf(waiting);
      waiting.clear();
      return all;
    } finally {
      lock.unlock();
    }
  }

  /// Takes all that waits; whoever asked works no more, and the next command finds somebody else.
  List<Submission> abandon() {
    lock.lock();
    try {
      working = false;
      return takeAll();
    } finally {
      lock.unlock();
    }
  }

  /// Takes the lane out of use when nothing waits, nobody works, and nobody has for so long.
  ///
  /// @param free is there nothing else to be done for it?
  boolean retireIfIdle(long idleNanos, BooleanSupplier free) {
    lock.lock();
    try {
      boolean idle = !working && waiting.isEmpty() && System.nanoTime() - lastUsed > idleNanos;
      retired = idle && free.getAsBoolean();
      return retired;
    } finally {
      lock.unlock();
    }
  }
}
