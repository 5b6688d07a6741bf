package parley.system.fault;

import java.util.List;
import java.util.Random;
import java.util.Set;
import parley.launcher.Child;
import parley.launcher.LocalCluster;

/// The first kinds of faults: processes that die, stop or drain, wires that break or go silent,
/// clients that vanish. The order of its draws stays as it is, so that a seed of old
/// (`--mix first`) means what it meant.
final class FirstMix implements Mix {

  /// Every kind of process is killed, and an edge drained.
  static final List<Integer> KILLS = List.of(0, 3, 5, 10, 11, 14);

  private final LocalCluster cluster;
  private final Random random;
  private final List<MongoProxy> stores;
  private final TcpProxy redis;
  private final List<Chatter> chatters;

  /// @param stores the way of each core node to the store
  FirstMix(
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
  }

  @Override
  public int kinds() {
    return 24;
  }

  @Override
  public Fault draw(int kind) {
    int edge = random.nextInt(cluster.options().edges());
    int core = random.nextInt(stores.size());
    String edgeName = "edge-" + (edge + 1);
    String coreName = coreName(core);
    MongoProxy store = stores.get(core);
    long while_ = 1_500L + random.nextInt(4_000);
    return switch (kind) {
      case 0, 1 -> killed(edgeName);
      case 2 -> stopped(edgeName, while_);
      case 3, 4 ->
          new Fault(
              "drain edge", Set.of(edgeName), 4_000, child(edgeName)::terminate, Fault.NOTHING);
      case 5, 6 -> killed(coreName);
      case 7 -> stopped(coreName, while_ + 2_000);
      case 8 ->
          new Fault(
              "drain core", Set.of(coreName), 3_000, child(coreName)::terminate, Fault.NOTHING);
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

  static String coreName(int index) {
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
    return new Fault("kill " + kind(name), Set.of(name), 2_500, child(name)::kill, Fault.NOTHING);
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
        Fault.NOTHING);
  }

  private Fault wire(
      MongoProxy store, String core, MongoProxy.Mishap mishap, String command, Runnable then) {
    String name = "wire " + mishap.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
    return new Fault(
        name,
        Set.of(core),
        3_000,
        () -> store.next(MongoProxy.Plan.ofLog(mishap, command, then)),
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
        Fault.NOTHING);
  }
}
