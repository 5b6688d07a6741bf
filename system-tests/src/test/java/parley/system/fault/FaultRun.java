package parley.system.fault;

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
import parley.launcher.Options;
import parley.proto.api.ReadHistoryRequest;
import parley.system.Crowd;
import parley.system.Parley;
import parley.system.fault.History.Entry;
import parley.system.fault.History.Read;
import parley.system.fault.History.Request;
import parley.system.fault.History.View;
import parley.system.fault.History.Visit;

/// One run: a cluster of two edges, two cores, presence, Redis and store, ten users in six rooms,
/// and for so many seconds whatever {@link Faults} draws from the seed. With all faults there are
/// also guests who come and go, readers, and a crowd that is merely connected, and in one run of
/// three the first of two presence nodes is dead from the start. `config/fault-run` starts it from
/// the command line.
final class FaultRun {

  private static final int USERS = 10;
  private static final int ROOMS = 6;
  private static final int ROOMS_A_USER = 3;

  /// Kept, or its level is forgotten.
  private static final Logger DRIVER = Logger.getLogger("org.mongodb");

  private static final int GUESTS = 3;

  private final RunPlan plan;
  private final long seed;
  private final List<Chatter> chatters = new ArrayList<>();
  private final List<Guest> guests = new ArrayList<>();
  private Parley parley;
  private Faults faults;
  private Readers readers;

  private FaultRun(RunPlan plan) {
    this.plan = plan;
    this.seed = plan.seed();
  }

  /// `[SEED] [SECONDS] [RUNS] [--mix first] [--crowd N]`: prints each outcome; exits with 1 when
  /// one failed.
  public static void main(String[] args) throws Exception {
    RunPlan plan = RunPlan.parse(args);
    DRIVER.setLevel(Level.WARNING);
    boolean passed = true;
    for (int i = 0; i < plan.runs(); i++) {
      Path data = Files.createTempDirectory("parley-fault-");
      Outcome outcome = run(plan.withSeed(plan.seed() + i), data);
      System.out.println(outcome);
      passed &= outcome.passed();
      System.out.println(outcome.passed() ? "" : "logs: " + data.resolve("logs"));
    }
    System.exit(passed ? 0 : 1);
  }

  /// Blocks for some seconds more than it is told.
  static Outcome run(RunPlan plan, Path data) throws Exception {
    return new FaultRun(plan).run(data);
  }

  private Outcome run(Path data) throws Exception {
    Options plain = Parley.options(data);
    int storePort = plain.ports().store();
    try (MongoProxy one = new MongoProxy(storePort);
        MongoProxy two = new MongoProxy(storePort);
        TcpProxy redis = new TcpProxy(plain.ports().redis())) {
      Options options = plan.options(plain, List.of(one, two), redis);
      try (Parley started = Parley.start(options, o -> o);
          Crowd crowd = new Crowd(started)) {
        parley = started;
        List<String> rooms = people();
        prepare(rooms, List.of(one, two), redis);
        for (int i = 0; i < plan.crowd(); i++) {
          crowd.add(parley.user("c" + i), i % 2);
        }
        await("everybody is in", 60, () -> chatters.stream().allMatch(Chatter::inAllRooms));
        await("the crowd is in", 60 + plan.crowd() / 20, () -> crowd.allConnected(1));
        chatters.forEach(Chatter::startSending);
        guests.forEach(Guest::start);
        faults.rage(plan.seconds());
        one.forget();
        two.forget();
        long healed = System.nanoTime();
        await("the edges are ready", 60, this::ready);
        for (Guest guest : guests) {
          guest.stop();
        }
        for (Chatter chatter : chatters) {
          chatter.stopSending(Duration.ofSeconds(40));
        }
        return outcome(rooms, "mongodb://127.0.0.1:" + storePort + "/parley", healed);
      } finally {
        chatters.forEach(Chatter::close);
        guests.forEach(Guest::close);
        if (readers != null) {
          readers.close();
        }
      }
    }
  }

  private void prepare(List<String> rooms, List<MongoProxy> stores, TcpProxy redis) {
    Random random = new Random(seed);
    List<Mix> mixes = new ArrayList<>();
    mixes.add(new FirstMix(parley.cluster, random, stores, redis, chatters));
    if (!plan.first()) {
      List<String> users = chatters.stream().map(Chatter::user).toList();
      mixes.add(new SecondMix(parley.cluster, random, stores, rooms, users));
      for (int i = 0; i < GUESTS; i++) {
        String user = parley.user("g" + i);
        guests.add(new Guest(new Edges(), parley, user, rooms.get(i), seed * 17 + i));
      }
      readers = new Readers(chatters, since -> faults.storeAway(since), seed);
    }
    List<Integer> opening = plan.only().isEmpty() ? FirstMix.KILLS : List.of();
    faults = new Faults(parley.cluster, random, mixes, opening, plan.only());
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

    @Override
    public void acknowledged(Request request) {
      if (readers != null) {
        readers.acknowledged(request);
      }
    }
  }

  private boolean ready() {
    for (int i = 0; i < parley.cluster.options().edges(); i++) {
      if (parley.status(i, "/health/ready?strict=true") != 200) {
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
    Map<String, List<Entry>> logs = read(rooms, store);
    long patience = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!(everybodyHas(logs) && Checker.checkShown(logs).isEmpty())
        && System.nanoTime() < patience) {
      TimeUnit.MILLISECONDS.sleep(50);
      logs = read(rooms, store);
    }
    long healing = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - healed);
    behind(logs).forEach(System.out::println);
    List<Request> requests =
        chatters.stream().flatMap(chatter -> chatter.requests().stream()).toList();
    List<View> views = chatters.stream().flatMap(chatter -> chatter.views().stream()).toList();
    List<Read> reads = readers == null ? List.of() : readers.reads();
    List<Visit> visits = guests.stream().map(Guest::visit).toList();
    History history = new History(logs, requests, views, reads, visits, RequestKeys.read(store));
    List<String> broken = new ArrayList<>(Checker.check(history));
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
        new Outcome.Counts(
            logs.values().stream().mapToInt(List::size).sum(),
            (int) requests.stream().filter(Request::acknowledged).count(),
            views.stream().mapToInt(view -> view.seen().size()).sum(),
            reads.size(),
            visits.stream().mapToInt(visit -> visit.removed().size()).sum(),
            chatters.stream().mapToInt(c -> c.client().connects()).sum(),
            chatters.stream().mapToInt(c -> c.client().recoveries()).sum()),
        faults.counted(),
        lateness.isEmpty() ? 0 : lateness.get((int) (lateness.size() * 0.99)),
        lateness.isEmpty() ? 0 : lateness.getLast(),
        healing);
  }

  /// What is stored, after somebody looked: what could not be written with an entry is written when
  /// a room is read.
  private Map<String, List<Entry>> read(List<String> rooms, String store) {
    Map<String, List<Entry>> logs = new HashMap<>();
    for (String room : rooms) {
      var unused =
          parley.messages().readHistory(ReadHistoryRequest.newBuilder().setRoomId(room).build());
      logs.put(room, StoredLog.read(store, room));
    }
    return logs;
  }

  private boolean everybodyHas(Map<String, List<Entry>> logs) {
    return behind(logs).isEmpty();
  }

  /// Who has not heard all of a room, in words.
  private List<String> behind(Map<String, List<Entry>> logs) {
    List<String> behind = new ArrayList<>();
    logs.forEach(
        (room, log) -> {
          long head =
              log.stream()
                  .filter(e -> e.type().matches("message|delete|reaction"))
                  .mapToLong(Entry::seq)
                  .max()
                  .orElse(0);
          chatters.stream()
              .filter(chatter -> !chatter.reached(room, head))
              .forEach(chatter -> behind.add(chatter.standing(room) + " of " + head));
        });
    return behind;
  }
}
