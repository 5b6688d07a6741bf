package parley.core.log;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import parley.core.log.LogStore.Written;

/// Writes for all lanes: single entries of different rooms are joined into one unordered insert,
/// several entries of one room go alone, in order. A few writers bound how many commits are in
/// flight; what waits meanwhile becomes the next group.
final class Committer implements AutoCloseable {

  private static final int MOST_IN_A_GROUP = 256;

  private record Job(List<LogEntry> entries, CompletableFuture<Written> done) {}

  private final LogStore store;
  private final LinkedBlockingQueue<Job> queue = new LinkedBlockingQueue<>();
  private final List<Thread> writers = new ArrayList<>();

  /// @param inFlight commits at once; below the size of the driver's pool
  Committer(LogStore store, int inFlight) {
    this.store = store;
    for (int i = 0; i < inFlight; i++) {
      writers.add(Thread.ofVirtual().name("committer-" + i).unstarted(this::run));
    }
    writers.forEach(Thread::start);
  }

  /// Writes one room's entries; blocks until the store has answered.
  Written write(List<LogEntry> entries) {
    Job job = new Job(entries, new CompletableFuture<>());
    queue.add(job);
    return job.done.join();
  }

  private void run() {
    List<Job> group = new ArrayList<>();
    try {
      while (true) {
        group.add(queue.take());
        queue.drainTo(group, MOST_IN_A_GROUP - 1);
        writeGroup(group);
        group.clear();
      }
    } catch (InterruptedException e) {
      group.forEach(job -> job.done.complete(Written.UNKNOWN));
    }
  }

  private void writeGroup(List<Job> group) {
    List<Job> singles = group.stream().filter(job -> job.entries.size() == 1).toList();
    if (singles.size() == 1) {
      writeAlone(singles.getFirst());
    } else if (!singles.isEmpty()) {
      writeTogether(singles);
    }
    group.stream().filter(job -> job.entries.size() > 1).forEach(this::writeAlone);
  }

  private void writeAlone(Job job) {
    try {
      job.done.complete(store.appendInOrder(job.entries));
    } catch (RuntimeException e) {
      job.done.completeExceptionally(e);
    }
  }

  private void writeTogether(List<Job> singles) {
    try {
      List<Written> outcome =
          store.appendApart(singles.stream().map(job -> job.entries.getFirst()).toList());
      for (int i = 0; i < singles.size(); i++) {
        singles.get(i).done.complete(outcome.get(i));
      }
    } catch (RuntimeException e) {
      singles.forEach(job -> job.done.completeExceptionally(e));
    }
  }

  /// Ends the writers; writes that wait are told UNKNOWN.
  @Override
  public void close() {
    writers.forEach(Thread::interrupt);
    for (Thread writer : writers) {
      try {
        writer.join(2_000);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    queue.forEach(job -> job.done.complete(Written.UNKNOWN));
  }
}
