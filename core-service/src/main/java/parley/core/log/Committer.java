package parley.core.log;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import parley.core.log.LogStore.Appended;
import parley.core.log.LogStore.Written;

/// Writes for all lanes: what waits, of whatever rooms, becomes one ordered insert. A few threads
/// bound how many commits are in flight; what comes meanwhile is the next group, so that groups
/// grow under load, and with them what a commit sets in motion: publications, answers.
final class Committer implements AutoCloseable {

  private static final int MOST_IN_A_GROUP = 1_024;

  private record Job(List<LogEntry> entries, CompletableFuture<Written> done) {}

  private final LogStore store;
  private final LinkedBlockingQueue<Job> queue = new LinkedBlockingQueue<>();
  private final List<Thread> writers = new ArrayList<>();

  /// @param inFlight commits at once; below the size of the driver's pool
  Committer(LogStore store, int inFlight) {
    this.store = store;
    for (int i = 0; i < inFlight; i++) {
      // Not virtual: a thread of its own waits for the store's answer without a poller in between.
      writers.add(Thread.ofPlatform().daemon().name("committer-" + i).unstarted(this::run));
    }
    writers.forEach(Thread::start);
  }

  /// Writes one room's entries; blocks until the store has answered. A room has one write in
  /// flight.
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
        gather(group);
        commit(group);
        group.clear();
      }
    } catch (InterruptedException e) {
      group.forEach(job -> job.done.complete(Written.UNKNOWN));
    }
  }

  private void gather(List<Job> group) {
    int entries = group.getFirst().entries.size();
    while (entries < MOST_IN_A_GROUP) {
      Job next = queue.poll();
      if (next == null) {
        return;
      }
      group.add(next);
      entries += next.entries.size();
    }
  }

  /// Writes the jobs of a group. An insert stops at the first entry that collides: its job is told,
  /// and those after it are written next.
  private void commit(List<Job> group) {
    List<Job> rest = group;
    while (!rest.isEmpty()) {
      Appended appended;
      try {
        appended = store.append(rest.stream().flatMap(job -> job.entries.stream()).toList());
      } catch (RuntimeException e) {
        rest.forEach(job -> job.done.completeExceptionally(e));
        return;
      }
      rest = tell(rest, appended);
    }
  }

  /// @return the jobs that were not tried
  private static List<Job> tell(List<Job> jobs, Appended appended) {
    int told = 0;
    int reached = 0;
    for (Job job : jobs) {
      reached += job.entries.size();
      if (reached > appended.durable()) {
        break;
      }
      job.done.complete(Written.ALL);
      told++;
    }
    if (told < jobs.size() && appended.rest() == Written.CONFLICT) {
      jobs.get(told).done.complete(Written.CONFLICT);
      return jobs.subList(told + 1, jobs.size());
    }
    jobs.subList(told, jobs.size()).forEach(job -> job.done.complete(Written.UNKNOWN));
    return List.of();
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
