package parley.system.fault;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import parley.fanout.Topic;
import parley.launcher.Child;
import parley.launcher.LocalCluster;
import parley.proto.bus.BusEvent;
import parley.proto.chat.RoomEvent;
import parley.system.fault.Fault.Action;
import parley.system.fault.MongoProxy.Mishap;
import parley.system.fault.MongoProxy.Plan;

/// Faults from inside: a store that is slow, is cut off between an entry and its projection, or has
/// no room; a Redis that refuses, forgets or follows; a bus that carries nonsense; code that
/// throws; a process without files; processes that stand still for long.
final class SecondMix implements Mix {

  /// Where projections of the log are.
  private static final Set<String> PROJECTIONS = Set.of("room_log", "rooms", "memberships");

  private static final int KNOCKS = 30;

  private final LocalCluster cluster;
  private final Random random;
  private final List<MongoProxy> stores;
  private final RedisConsole redis;
  private final List<String> rooms;
  private final List<String> users;

  /// @param stores the way of each core node to the store
  SecondMix(
      LocalCluster cluster,
      Random random,
      List<MongoProxy> stores,
      List<String> rooms,
      List<String> users) {
    this.cluster = cluster;
    this.random = random;
    this.stores = stores;
    this.redis = new RedisConsole(cluster.options().ports().redis());
    this.rooms = rooms;
    this.users = users;
  }

  @Override
  public int kinds() {
    return 16;
  }

  @Override
  public Fault draw(int kind) {
    int core = random.nextInt(stores.size());
    String edge = "edge-" + (1 + random.nextInt(cluster.options().edges()));
    String coreName = FirstMix.coreName(core);
    MongoProxy store = stores.get(core);
    long while_ = 2_000L + random.nextInt(4_000);
    return switch (kind) {
      case 0 -> planned("insert takes long", Set.of(coreName), store, log(Mishap.SLOW, () -> {}));
      case 1 ->
          planned(
              "insert takes long, edge killed",
              Set.of(coreName, edge),
              store,
              log(Mishap.SLOW, child(edge)::kill));
      case 2, 3 ->
          planned(
              "cut before the projection",
              Set.of(coreName),
              store,
              new Plan(Mishap.BEFORE, "update", PROJECTIONS, () -> {}));
      case 4 -> redis("redis refuses writes", while_, redis::refuseWrites);
      case 5 -> redis("redis is read-only", while_, redis::readOnly);
      case 6 -> redis("redis forgets all", 500, begins -> forgetAll(begins));
      case 7 -> redis("redis forgets some", 500, begins -> forgetSome(begins));
      case 8 -> new Fault("nonsense on the bus", Set.of("bus"), 500, this::nonsense, Fault.NOTHING);
      case 9 -> withoutFiles(edge, while_);
      case 10 -> withoutFiles(random.nextBoolean() ? coreName : "presence", while_);
      case 11 -> diskFull(while_ + 1_000);
      case 12 -> frozen(coreName, while_ + 6_000);
      case 13 -> throwing(edge, 40, while_);
      case 14 -> throwing(random.nextInt(3) > 0 ? coreName : "presence", 4, while_);
      default -> frozen("presence", while_ + 3_000);
    };
  }

  private Child child(String name) {
    return cluster.child(name);
  }

  private static Plan log(Mishap mishap, Runnable then) {
    return Plan.ofLog(mishap, "insert", then);
  }

  private static Fault planned(String name, Set<String> places, MongoProxy store, Plan plan) {
    return new Fault(name, places, 5_000, () -> store.next(plan), store::forget);
  }

  private interface Switch {
    void set(boolean on);
  }

  private static Fault redis(String name, long millis, Switch turn) {
    return new Fault(name, Set.of("redis"), millis, () -> turn.set(true), () -> turn.set(false));
  }

  private void forgetAll(boolean begins) {
    if (begins) {
      redis.forgetAll();
    }
  }

  private void forgetSome(boolean begins) {
    if (begins) {
      redis.forgetSome(random);
    }
  }

  /// What no node says, but a later version or a stranger might: bytes that are no event, and
  /// events whose ids are none.
  private void nonsense() {
    BusEvent noIds =
        BusEvent.newBuilder().setRoomEvent(RoomEvent.newBuilder().setRoomId("{}")).build();
    for (String room : rooms) {
      redis.publish(new Topic.Room(room).channel(), new byte[] {(byte) 0xFF, 0x7F, 0x01});
      redis.publish(new Topic.Room(room).channel(), noIds.toByteArray());
    }
    for (String user : users) {
      redis.publish(new Topic.User(user).channel(), new byte[] {(byte) 0xFF, 0x7F, 0x01});
      redis.publish(new Topic.User(user).channel(), noIds.toByteArray());
    }
  }

  /// It can open nothing more, and many knock.
  private Fault withoutFiles(String name, long millis) {
    List<Socket> knocking = new ArrayList<>();
    Action begin =
        () -> {
          new Resources(child(name).pid()).filesLeft(2);
          if (name.startsWith("edge")) {
            knock(Integer.parseInt(name.substring("edge-".length())) - 1, knocking);
          }
        };
    Action heal =
        () -> {
          for (Socket socket : knocking) {
            socket.close();
          }
          new Resources(child(name).pid()).allFiles();
        };
    return new Fault(
        "no files left, " + name.replaceAll("-\\d+$", ""), Set.of(name), millis, begin, heal);
  }

  private void knock(int edge, List<Socket> knocking) {
    URI at = URI.create(cluster.edgeUrl(edge));
    for (int i = 0; i < KNOCKS; i++) {
      Socket socket = new Socket();
      knocking.add(socket);
      try {
        socket.connect(new InetSocketAddress(at.getHost(), at.getPort()), 200);
      } catch (IOException e) {
        return; // refused, as it may be
      }
    }
  }

  private Fault diskFull(long millis) {
    return new Fault(
        "disk full",
        Set.of("store"),
        millis,
        () -> new Resources(child("store").pid()).diskFull(true),
        () -> new Resources(child("store").pid()).diskFull(false));
  }

  private Fault frozen(String name, long millis) {
    return new Fault(
        "freeze " + name.replaceAll("-\\d+$", ""),
        Set.of(name),
        millis,
        () -> child(name).pause(true),
        () -> child(name).pause(false));
  }

  /// Those who hear, are delivered to, or apply an entry, throw now and then.
  private Fault throwing(String name, int odds, long millis) {
    return new Fault(
        "throws, " + name.replaceAll("-\\d+$", ""),
        Set.of(name),
        millis,
        () -> Throwing.oneOf(odds, child(name).pid()),
        () -> Throwing.oneOf(0, child(name).pid()));
  }
}
