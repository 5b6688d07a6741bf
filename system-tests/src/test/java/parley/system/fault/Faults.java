package parley.system.fault;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import parley.launcher.LocalCluster;

/// What befalls a cluster, drawn at random: at most two things at once, never two at one place.
final class Faults {

  /// A stretch of time (nanoTime) in which a place could not do its work.
  private record Outage(String place, String fault, long from, long to) {}

  private final LocalCluster cluster;
  private final Random random;
  private final List<Mix> mixes;
  private final List<Integer> opening;
  private final String only;
  private final Set<String> busy = new HashSet<>(); // guarded by this
  private final List<Outage> outages = new CopyOnWriteArrayList<>();
  private final Map<String, Integer> counted = new TreeMap<>();
  private final List<Thread> running = new ArrayList<>();
  private final List<Throwable> failures = new CopyOnWriteArrayList<>();

  /// @param mixes what is drawn from
  /// @param opening kinds of the first mix that come first, in some order
  /// @param only faults with these words in their names; empty = all
  Faults(LocalCluster cluster, Random random, List<Mix> mixes, List<Integer> opening, String only) {
    this.only = only;
    this.cluster = cluster;
    this.random = random;
    this.mixes = mixes;
    this.opening = new ArrayList<>(opening);
    Collections.shuffle(this.opening, random);
  }

  /// How often each happened.
  Map<String, Integer> counted() {
    return counted;
  }

  /// Had any of these edges no chance to save a connection since it began, or Redis since about
  /// when it ended? Times are nanoTime's.
  boolean unsaved(Set<Integer> edges, long begun, long ended) {
    long about = ended - TimeUnit.SECONDS.toNanos(3);
    return outages.stream()
        .anyMatch(
            outage ->
                outage.place.equals("redis")
                    ? outage.to >= about
                    : outage.to >= begun
                        && edges.stream().anyMatch(i -> outage.place.equals("edge-" + (i + 1))));
  }

  /// Could the store not be asked at some time since then (nanoTime)?
  boolean storeAway(long since) {
    return outages.stream()
        .anyMatch(
            outage ->
                (outage.place.equals("store") || outage.fault.equals("store silent"))
                    && outage.to >= since);
  }

  /// Draws and carries out faults for so long, then heals everything.
  void rage(long seconds) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    int kinds = mixes.stream().mapToInt(Mix::kinds).sum();
    while (System.nanoTime() < end) {
      TimeUnit.MILLISECONDS.sleep(only.isEmpty() ? 200 + random.nextInt(1_200) : 20);
      Fault fault = draw(opening.isEmpty() ? random.nextInt(kinds) : opening.getFirst());
      if (fault.name().contains(only) && take(fault)) {
        if (!opening.isEmpty()) {
          opening.removeFirst();
        }
        counted.merge(fault.name(), 1, Integer::sum);
        running.add(Thread.ofVirtual().start(() -> befall(fault)));
      }
    }
    for (Thread thread : running) {
      thread.join();
    }
    if (!failures.isEmpty()) {
      throw new IllegalStateException("a fault could not be made", failures.getFirst());
    }
  }

  private Fault draw(int kind) {
    int within = kind;
    for (Mix mix : mixes) {
      if (within < mix.kinds()) {
        return mix.draw(within);
      }
      within -= mix.kinds();
    }
    throw new IllegalArgumentException("no kind " + kind);
  }

  private synchronized boolean take(Fault fault) {
    if (busy.size() > 1 || fault.places().stream().anyMatch(busy::contains)) {
      return false;
    }
    return busy.addAll(fault.places()) || fault.places().isEmpty();
  }

  private void befall(Fault fault) {
    long from = System.nanoTime();
    // An outage is known before it begins: it may be asked for while it lasts.
    outages.addAll(
        fault.places().stream()
            .map(place -> new Outage(place, fault.name(), from, Long.MAX_VALUE))
            .filter(outage -> !fault.name().startsWith("drain"))
            .toList());
    note(fault, "begins");
    try {
      fault.begin().run();
      TimeUnit.MILLISECONDS.sleep(fault.millis());
      fault.heal().run();
      note(fault, "ended");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      failures.add(e);
    } finally {
      long to = System.nanoTime() + TimeUnit.SECONDS.toNanos(2);
      outages.replaceAll(
          outage ->
              outage.from == from && fault.places().contains(outage.place)
                  ? new Outage(outage.place, outage.fault, from, to)
                  : outage);
      synchronized (this) {
        busy.removeAll(fault.places());
      }
    }
  }

  private void note(Fault fault, String what) {
    String line = "%tT.%<tL %s %s %s%n".formatted(new Date(), fault.name(), fault.places(), what);
    try {
      Files.writeString(
          cluster.options().data().resolve("logs").resolve("faults.log"),
          line,
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      failures.add(e);
    }
  }
}
