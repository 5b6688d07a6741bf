package parley.system.fault;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import parley.system.Parley;
import parley.system.fault.History.Entry;
import parley.system.fault.History.Request;
import parley.system.fault.History.View;

/// One run: a cluster of two edges, two cores, presence, Redis and store, ten users in six rooms,
/// and for so many seconds whatever {@link Faults} draws from the seed. `config/fault-run` starts
/// it from the command line.
final class FaultRun {

  private static final int USERS = 10;
  private static final int ROOMS = 6;
  private static final int ROOMS_A_USER = 3;

  /// What came of a run.
  ///
  /// @param broken sentences; empty = all promises were kept
  /// @param worst of a connected client's events, milliseconds from commit to arrival
  /// @param healing milliseconds from the last fault's end until everybody had everything
  record Outcome(
      long seed,
      List<String> broken,
      int entries,
      int acknowledged,
      int seen,
      Map<String, Integer> faults,
      int connects,
      int recoveries,
      long p99,
      long worst,
      long healing) {

    boolean passed() {
      return broken.isEmpty();
    }

    @Override
    public String toString() {
      return "seed %d: %s; %d entries, %d acknowledged, %d events seen; %d connects, %d recovered; lateness p99 %d ms, worst %d ms; healed in %d ms; faults %s%s"
          .formatted(
              seed,
              passed() ? "passed" : "FAILED",
              entries,
              acknowledged,
              seen,
              connects,
              recoveries,
              p99,
              worst,
              healing,
              faults,
              passed()
                  ? ""
                  : "\n  " + String.join("\n  ", broken.subList(0, Math.min(20, broken.size()))));
    }
  }

  /// Kept, or its level is forgotten.
  private static final Logger DRIVER = Logger.getLogger("org.mongodb");

  private final long seed;
  private final List<Chatter> chatters = new ArrayList<>();
  private Parley parley;
  private Faults faults;

  private FaultRun(long seed) {
    this.seed = seed;
  }

  /// `SEED SECONDS [RUNS]`: prints each outcome; exits with 1 when one failed.
  public static void main(String[] args) throws Exception {
    long seed = args.length > 0 ? Long.parseLong(args[0]) : System.nanoTime();
    long seconds = args.length > 1 ? Long.parseLong(args[1]) : 60;
    int runs = args.length > 2 ? Integer.parseInt(args[2]) : 1;
    DRIVER.setLevel(Level.WARNING);
    boolean passed = true;
    for (int i = 0; i < runs; i++) {
      Path data = Files.createTempDirectory("parley-fault-");
      Outcome outcome = run(seed + i, seconds, data);
      System.out.println(outcome);
      passed &= outcome.passed();
      System.out.println(outcome.passed() ? "" : "logs: " + data.resolve("logs"));
    }
    System.exit(passed ? 0 : 1);
  }

  /// Blocks for some seconds more than it is told.
  static Outcome run(long seed, long seconds, Path data) throws Exception {
    return new FaultRun(seed).run(seconds, data);
  }

  private Outcome run(long seconds, Path data) throws Exception {
    var plain = Parley.options(data);
    int storePort = plain.storePort();
    try (MongoProxy one = new MongoProxy(storePort);
        MongoProxy two = new MongoProxy(storePort);
        TcpProxy redis = new TcpProxy(plain.redisPort())) {
      String settings =
          "core.MONGODB_URI="
              + one.uri()
              + ";core-2.MONGODB_URI="
              + two.uri()
              + ";REDIS_URL=redis://127.0.0.1:"
              + redis.port()
              + ";FANOUT="
              + (seed % 2 == 0 ? "redis" : "streams")
              + ";SOCKET_PING_INTERVAL=2000;SOCKET_PING_TIMEOUT=3000;DRAIN_LIMIT=4000";
      try (Parley started =
          Parley.start(
              plain,
              options ->
                  options
                      .with("--rate-limit", "off")
                      .with("--cores", "2")
                      .with("--set", settings))) {
        parley = started;
        List<String> rooms = people();
        faults = new Faults(started.cluster, new Random(seed), List.of(one, two), redis, chatters);
        await("everybody is in", 30, () -> chatters.stream().allMatch(Chatter::inAllRooms));
        chatters.forEach(Chatter::startSending);
        faults.rage(seconds);
        long healed = System.nanoTime();
        await("the edges are ready", 60, this::ready);
        for (Chatter chatter : chatters) {
          chatter.stopSending(Duration.ofSeconds(40));
        }
        return outcome(rooms, "mongodb://127.0.0.1:" + storePort + "/parley", healed);
      } finally {
        chatters.forEach(Chatter::close);
      }
    }
  }

  private List<String> people() throws Exception {
    List<String> users = new ArrayList<>();
    for (int i = 0; i < USERS; i++) {
      users.add(parley.user("u" + i));
    }
    List<String> rooms = new ArrayList<>();
    Map<String, List<String>> of = new HashMap<>();
    for (int r = 0; r < ROOMS; r++) {
      List<String> members = new ArrayList<>();
      for (int k = 0; k < USERS; k++) {
        if (Math.floorMod(r - k, ROOMS) < ROOMS_A_USER) {
          members.add(users.get(k));
        }
      }
      String room = parley.room(members.toArray(String[]::new));
      rooms.add(room);
      members.forEach(member -> of.computeIfAbsent(member, m -> new ArrayList<>()).add(room));
    }
    Chatter.World world = new Edges();
    for (int i = 0; i < USERS; i++) {
      String user = users.get(i);
      chatters.add(new Chatter(world, user, parley.token(user), of.get(user), seed * 31 + i));
    }
    return rooms;
  }

  private final class Edges implements Chatter.World {
    @Override
    public URI edge(int index) {
      return URI.create(parley.url(index));
    }

    @Override
    public int edges() {
      return parley.cluster.options().edges();
    }

    @Override
    public boolean unsaved(Set<Integer> edges, long begun, long ended) {
      return faults != null && faults.unsaved(edges, begun, ended);
    }
  }

  private boolean ready() {
    for (int i = 0; i < parley.cluster.options().edges(); i++) {
      try {
        HttpURLConnection connection =
            (HttpURLConnection)
                URI.create(parley.url(i) + "/health/ready").toURL().openConnection();
        connection.setConnectTimeout(1_000);
        connection.setReadTimeout(1_000);
        if (connection.getResponseCode() != 200) {
          return false;
        }
      } catch (IOException e) {
        return false;
      }
    }
    return true;
  }

  private static void await(String what, int seconds, BooleanSupplier reached)
      throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    while (!reached.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException("not within " + seconds + " s: " + what);
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  private Outcome outcome(List<String> rooms, String store, long healed)
      throws InterruptedException {
    Map<String, List<Entry>> logs = new HashMap<>();
    rooms.forEach(room -> logs.put(room, StoredLog.read(store, room)));
    long patience = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!everybodyHas(logs) && System.nanoTime() < patience) {
      TimeUnit.MILLISECONDS.sleep(50);
    }
    long healing = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - healed);
    List<Request> requests =
        chatters.stream().flatMap(chatter -> chatter.requests().stream()).toList();
    List<View> views = chatters.stream().flatMap(chatter -> chatter.views().stream()).toList();
    List<String> broken = new ArrayList<>(Checker.check(new History(logs, requests, views)));
    long unanswered = requests.stream().filter(r -> !r.acknowledged() && !r.refused()).count();
    if (unanswered > 0) {
      broken.add(unanswered + " requests were not answered within 40 s of health");
    }
    List<Chatter.Late> late =
        chatters.stream()
            .flatMap(c -> c.lateness().stream())
            .sorted(Comparator.comparingLong(Chatter.Late::millis))
            .toList();
    if (!late.isEmpty()) {
      Chatter.Late last = late.getLast();
      System.out.printf("latest: %d ms, %tT.%<tL, %s%n", last.millis(), last.at(), last.what());
    }
    List<Long> lateness = late.stream().map(Chatter.Late::millis).toList();
    return new Outcome(
        seed,
        broken,
        logs.values().stream().mapToInt(List::size).sum(),
        (int) requests.stream().filter(Request::acknowledged).count(),
        views.stream().mapToInt(view -> view.seen().size()).sum(),
        faults.counted(),
        chatters.stream().mapToInt(c -> c.client().connects()).sum(),
        chatters.stream().mapToInt(c -> c.client().recoveries()).sum(),
        lateness.isEmpty() ? 0 : lateness.get((int) (lateness.size() * 0.99)),
        lateness.isEmpty() ? 0 : lateness.getLast(),
        healing);
  }

  private boolean everybodyHas(Map<String, List<Entry>> logs) {
    for (Map.Entry<String, List<Entry>> log : logs.entrySet()) {
      long head =
          log.getValue().stream()
              .filter(e -> e.type().matches("message|delete|reaction"))
              .mapToLong(Entry::seq)
              .max()
              .orElse(0);
      if (!chatters.stream().allMatch(chatter -> chatter.reached(log.getKey(), head))) {
        return false;
      }
    }
    return true;
  }
}
