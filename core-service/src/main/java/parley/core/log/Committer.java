package parley.core.log;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import parley.core.log.LogStore.Appended;
import parley.core.log.LogStore.Written;
import parley.process.Worker;

/// Writes for all lanes: what waits, of whatever rooms, becomes one ordered insert. A few threads
/// bound how many commits are in flight; what comes meanwhile is the next group, so that groups
/// grow under load, and with them what a commit sets in motion: publications, answers.
final class Committer implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(Committer.class.getName());
  private static final int MOST_IN_A_GROUP = 1_024;

  private record Job(List<LogEntry> entries, CompletableFuture<Written> done) {}

  private final EntryWriter store;
  private final LinkedBlockingQueue<Job> queue = new LinkedBlockingQueue<>();
  private final List<Worker> writers = new ArrayList<>();

  /// @param inFlight commits at once; below the size of the driver's pool
  Committer(EntryWriter store, int inFlight) {
    this.store = store;
    for (int i = 0; i < inFlight; i++) {
      // Not virtual: a thread of its own waits for the store's answer without a poller in between.
      writers.add(Worker.platformThread("committer-" + i, this::writeNext));
    }
    writers.forEach(Worker::start);
  }

  /// Writes one room's entries; blocks until the store has answered. A room has one write in
  /// flight.
  Written write(List<LogEntry> entries) {
    Job job = new Job(entries, new CompletableFuture<>());
    queue.add(job);
    return job.done.join();
  }

  /// Whatever happens, nobody waits for ever: what is not written is UNKNOWN, or fails.
  private void writeNext() throws InterruptedException {
    List<Job> group = new ArrayList<>();
    group.add(queue.take());
    gather(group);
    try {
      commit(group);
    } catch (Throwable e) {
      group.forEach(job -> job.done.completeExceptionally(e));
      throw e;
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
  /// and those after it are written next. One that the store will not have is nobody else's
  /// trouble: the jobs are written one by one.
  private void commit(List<Job> group) {
    List<Job> rest = group;
    while (!rest.isEmpty()) {
      rest = tell(rest, append(rest));
    }
  }

  private Appended append(List<Job> jobs) {
    try {
      return store.append(jobs.stream().flatMap(job -> job.entries.stream()).toList());
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, "a write failed, " + UUID.randomUUID(), e);
      return new Appended(0, Written.REFUSED);
    }
  }

  /// @return the jobs that were not tried
  private List<Job> tell(List<Job> jobs, Appended appended) {
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
    List<Job> rest = jobs.subList(told, jobs.size());
    if (rest.isEmpty()) {
      return rest;
    }
    return switch (appended.rest()) {
      case CONFLICT -> {
        rest.getFirst().done.complete(Written.CONFLICT);
        yield rest.subList(1, rest.size());
      }
      case REFUSED -> {
        refused(rest);
        yield List.of();
      }
      case ALL, UNKNOWN -> {
        rest.forEach(job -> job.done.complete(Written.UNKNOWN));
        yield List.of();
      }
    };
  }

  private void refused(List<Job> jobs) {
    if (jobs.size() == 1) {
      jobs.getFirst().done.complete(Written.REFUSED);
    } else {
      jobs.forEach(job -> commit(List.of(job)));
    }
  }

  /// Ends the writers; writes that wait are told UNKNOWN.
  @Override
  public void close() {
    writers.forEach(Worker::close);
    for (Worker writer : writers) {
      var unused = writer.end(Duration.ofSeconds(2));
    }
    queue.forEach(job -> job.done.complete(Written.UNKNOWN));
  }
}
