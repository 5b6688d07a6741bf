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
import parley.launcher.Child;
import parley.launcher.LocalCluster;

/// What befalls a cluster, drawn at random: at most two things at once, never two at one place.
final class Faults {

  private interface Action {
    void run() throws Exception;
  }

  /// @param places what it touches: nothing else may, as long as it lasts
  /// @param millis how long it lasts
  private record Fault(String name, Set<String> places, long millis, Action begin, Action heal) {}

  /// A stretch of time (nanoTime) in which a place could not do its work.
  private record Outage(String place, long from, long to) {}

  private static final Action NOTHING = () -> {};
  private static final int KINDS = 24;

  /// A run begins with these in some order: each kind of process is killed, and an edge drained.
  private static final List<Integer> KILLS = List.of(0, 3, 5, 10, 11, 14);

  private final LocalCluster cluster;
  private final Random random;
  private final List<MongoProxy> stores;
  private final TcpProxy redis;
  private final List<Chatter> chatters;
  private final List<Integer> opening;
  private final Set<String> busy = new HashSet<>(); // guarded by this
  private final List<Outage> outages = new CopyOnWriteArrayList<>();
  private final Map<String, Integer> counted = new TreeMap<>();
  private final List<Thread> running = new ArrayList<>();
  private final List<Throwable> failures = new CopyOnWriteArrayList<>();

  /// @param stores the way of each core node to the store
  Faults(
      LocalCluster cluster,
      Random random,
      List<MongoProxy> stores,
      TcpProxy redis,
      List<Chatter> chatters) {
    this.cluster = cluster;
    this.random = random;
    this.stores = stores;
    this.redis = redis;
    this.chatters = chatters;
    this.opening = new ArrayList<>(KILLS);
    Collections.shuffle(opening, random);
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

  /// Draws and carries out faults for so long, then heals everything.
  void rage(long seconds) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    while (System.nanoTime() < end) {
      TimeUnit.MILLISECONDS.sleep(200 + random.nextInt(1_200));
      Fault fault = draw(opening.isEmpty() ? random.nextInt(KINDS) : opening.getFirst());
      if (take(fault)) {
        if (!opening.isEmpty()) {
          opening.removeFirst();
        }
        counted.merge(fault.name, 1, Integer::sum);
        running.add(Thread.ofVirtual().start(() -> befall(fault)));
      }
    }
    for (Thread thread : running) {
      thread.join();
    }
    for (MongoProxy store : stores) {
      store.forget();
    }
    if (!failures.isEmpty()) {
      throw new IllegalStateException("a fault could not be made", failures.getFirst());
    }
  }

  private synchronized boolean take(Fault fault) {
    if (busy.size() > 1 || fault.places.stream().anyMatch(busy::contains)) {
      return false;
    }
    return busy.addAll(fault.places) || fault.places.isEmpty();
  }

  private void befall(Fault fault) {
    long from = System.nanoTime();
    // An outage is known before it begins: it may be asked for while it lasts.
    outages.addAll(
        fault.places.stream()
            .map(place -> new Outage(place, from, Long.MAX_VALUE))
            .filter(outage -> !fault.name.startsWith("drain"))
            .toList());
    note(fault, "begins");
    try {
      fault.begin.run();
      TimeUnit.MILLISECONDS.sleep(fault.millis);
      fault.heal.run();
      note(fault, "ended");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      failures.add(e);
    } finally {
      long to = System.nanoTime() + TimeUnit.SECONDS.toNanos(2);
      outages.replaceAll(
          outage ->
              outage.from == from && fault.places.contains(outage.place)
                  ? new Outage(outage.place, from, to)
                  : outage);
      synchronized (this) {
        busy.removeAll(fault.places);
      }
    }
  }

  private void note(Fault fault, String what) {
    String line = "%tT.%<tL %s %s %s%n".formatted(new Date(), fault.name, fault.places, what);
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

  private Fault draw(int kind) {
    int edge = random.nextInt(cluster.options().edges());
    int core = random.nextInt(stores.size());
    String edgeName = "edge-" + (edge + 1);
    String coreName = coreName(core);
    MongoProxy store = stores.get(core);
    long while_ = 1_500 + random.nextInt(4_000);
    return switch (kind) {
      case 0, 1 -> killed(edgeName);
      case 2 -> stopped(edgeName, while_);
      case 3, 4 ->
          new Fault("drain edge", Set.of(edgeName), 4_000, child(edgeName)::terminate, NOTHING);
      case 5, 6 -> killed(coreName);
      case 7 -> stopped(coreName, while_ + 2_000);
      case 8 ->
          new Fault("drain core", Set.of(coreName), 3_000, child(coreName)::terminate, NOTHING);
      case 9 -> bothCores();
      case 10 -> killed("presence");
      case 11 -> killed("redis");
      case 12 -> heldDown("redis", while_);
      case 13 -> stopped("redis", while_);
      case 14 -> killed("store");
      case 15 -> stopped("store", while_);
      case 16 -> wire(store, coreName, MongoProxy.Mishap.ANSWER_LOST, "insert", () -> {});
      case 17 -> wire(store, coreName, MongoProxy.Mishap.HELD, "insert", () -> {});
      case 18 -> wire(store, coreName, MongoProxy.Mishap.WRITE_CONCERN_ERROR, "insert", () -> {});
      case 19 ->
          new Fault(
              "store silent",
              Set.of(coreName),
              while_ + 2_000,
              () -> store.silent(true),
              () -> store.silent(false));
      case 20 ->
          wire(store, coreName, MongoProxy.Mishap.DONE_THEN, "insert", child(coreName)::kill);
      case 21 -> wire(store, coreName, MongoProxy.Mishap.BEFORE, "update", child(coreName)::kill);
      case 22 ->
          random.nextBoolean()
              ? new Fault(
                  "redis silent",
                  Set.of("redis"),
                  while_,
                  () -> redis.silent(true),
                  () -> redis.silent(false))
              : new Fault(
                  "redis answers lost",
                  Set.of("redis"),
                  while_,
                  () -> redis.answersLost(true),
                  () -> redis.answersLost(false));
      default -> client();
    };
  }

  private static String coreName(int index) {
    return index == 0 ? "core" : "core-" + (index + 1);
  }

  private Child child(String name) {
    return cluster.child(name);
  }

  private static String kind(String name) {
    return name.replaceAll("-\\d+$", "");
  }

  /// It is started again by itself.
  private Fault killed(String name) {
    return new Fault("kill " + kind(name), Set.of(name), 2_500, child(name)::kill, NOTHING);
  }

  private Fault heldDown(String name, long millis) {
    return new Fault(
        "hold down " + kind(name),
        Set.of(name),
        millis,
        child(name)::killAndHold,
        child(name)::release);
  }

  private Fault stopped(String name, long millis) {
    return new Fault(
        "stop " + kind(name),
        Set.of(name),
        millis,
        () -> child(name).pause(true),
        () -> child(name).pause(false));
  }

  private Fault bothCores() {
    return new Fault(
        "kill both cores",
        Set.of("core", "core-2"),
        3_000,
        () -> {
          child("core").kill();
          child("core-2").kill();
        },
        NOTHING);
  }

  private Fault wire(
      MongoProxy store, String core, MongoProxy.Mishap mishap, String command, Runnable then) {
    String name = "wire " + mishap.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
    return new Fault(
        name,
        Set.of(core),
        3_000,
        () -> store.next(new MongoProxy.Plan(mishap, command, then)),
        store::forget);
  }

  private Fault client() {
    Chatter chatter = chatters.get(random.nextInt(chatters.size()));
    boolean silently = random.nextBoolean();
    return new Fault(
        silently ? "client loses its network" : "client breaks off",
        Set.of(),
        0,
        silently ? chatter.client()::loseNetwork : chatter.client()::drop,
        NOTHING);
  }
}
