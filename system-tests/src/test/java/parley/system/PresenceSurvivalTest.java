package parley.system;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static parley.system.ChatClient.json;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.json.JSONArray;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import parley.proto.presence.GetPresenceRequest;
import parley.proto.presence.Status;
import redis.clients.jedis.RedisClient;

/// Presence while processes die: nobody stays who is gone, nobody goes who is here, and nothing is
/// told twice.
@Timeout(180)
class PresenceSurvivalTest {

  private static final Duration LEASE = Duration.ofSeconds(6);

  @TempDir static Path data;
  private static Parley parley;

  private String ana;
  private String ben;
  private String room;
  private ChatClient watcher;

  @BeforeAll
  static void start() throws Exception {
    parley =
        Parley.start(
            data,
            options ->
                options
                    .with("--rate-limit", "off")
                    .with(
                        "--set",
                        "SOCKET_PING_INTERVAL=1000;PRESENCE_LARGE_ROOM=20;PRESENCE_LEASE="
                            + LEASE));
  }

  @AfterAll
  static void stop() {
    if (parley != null) {
      parley.close();
    }
  }

  @BeforeEach
  void connect() throws Exception {
    ana = parley.user("ana");
    ben = parley.user("ben");
    room = parley.room(ana, ben);
    watcher = parley.connect(0, ben);
    watcher.join(room);
    // Whatever the test before has killed is back.
    try (ChatClient probe = parley.connect(1, parley.user("probe"))) {
      for (ChatClient client : List.of(watcher, probe)) {
        await()
            .atMost(Duration.ofSeconds(30))
            .until(() -> client.ask("update-presence", "online").getBoolean("ok"));
      }
    }
  }

  @AfterEach
  void disconnect() {
    watcher.close();
  }

  private long told(String event, String user) {
    return watcher.heard(event).stream().filter(e -> e.optString("userId").equals(user)).count();
  }

  private void awaitTold(String event, String user, Duration patience) {
    await().atMost(patience).until(() -> told(event, user) == 1);
  }

  private static Status shown(String user) {
    return parley
        .presence()
        .getPresence(GetPresenceRequest.newBuilder().addUserIds(user).build())
        .getUsers(0)
        .getStatus();
  }

  @Test
  void anEdgeThatDiesLeavesNobodyOnlineBeyondTheLease() throws Exception {
    ChatClient one = parley.connect(1, ana);
    one.join(room);
    awaitTold("user-online", ana, Duration.ofSeconds(10));
    one.socket.io().reconnection(false);
    parley.cluster.child("edge-2").kill();
    awaitTold("user-offline", ana, Duration.ofSeconds(30));
    await()
        .atMost(Duration.ofSeconds(10))
        .until(
            () ->
                watcher.heard("user-left-room").stream()
                    .anyMatch(e -> e.optString("userId").equals(ana)));
    assertEquals(Status.OFFLINE, shown(ana));
  }

  @Test
  void whoComesBackToAnotherEdgeAfterItsOwnDiedWasNeverGone() throws Exception {
    List<ChatClient> clients = new ArrayList<>();
    List<String> users = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      String user = parley.user("u" + i);
      parley.befriend(user, ben);
      users.add(user);
      clients.add(parley.connect(1, user));
    }
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> users.stream().allMatch(user -> told("user-online", user) == 1));
    parley.cluster.child("edge-2").kill(); // and started again: the clients come back to it
    String marker = parley.user("marker");
    parley.befriend(marker, ben);
    ChatClient gone = parley.connect(0, marker);
    awaitTold("user-online", marker, Duration.ofSeconds(10));
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> clients.stream().allMatch(c -> c.heard("connected").size() >= 2));
    gone.close();
    awaitTold("user-offline", marker, Duration.ofSeconds(20));
    for (String user : users) {
      assertEquals(1, told("user-online", user), user);
      assertEquals(0, told("user-offline", user), user);
    }
    clients.forEach(ChatClient::close);
  }

  @Test
  void whilePresenceIsAwayNothingIsLostAndAfterwardsItIsRightWithinTwoSeconds() throws Exception {
    String stays = parley.user("stays");
    String comes = parley.user("comes");
    parley.befriend(stays, ben);
    parley.befriend(comes, ben);
    ChatClient staying = parley.connect(1, stays);
    ChatClient going = parley.connect(1, ana);
    awaitTold("user-online", stays, Duration.ofSeconds(10));
    awaitTold("user-online", ana, Duration.ofSeconds(10));
    parley.cluster.child("presence").killAndHold();
    going.close();
    ChatClient coming = parley.connect(1, comes);
    parley.cluster.child("presence").release();
    awaitTold("user-online", comes, Duration.ofSeconds(20));
    awaitTold("user-offline", ana, Duration.ofSeconds(20));
    assertEquals(1, told("user-online", stays));
    assertEquals(0, told("user-offline", stays));
    assertEquals(Status.ONLINE, shown(stays));
    staying.close();
    coming.close();
  }

  @Test
  void redisPausedForLongerThanTheLeaseTakesNobodyOffline() throws Exception {
    try (ChatClient one = parley.connect(1, ana)) {
      awaitTold("user-online", ana, Duration.ofSeconds(10));
      parley.cluster.child("redis").pause(true);
      long renewed = System.nanoTime(); // no lease can have been renewed later
      try {
        await().atMost(LEASE.multipliedBy(5)).until(() -> isRefused(one) && isOver(renewed));
      } finally {
        parley.cluster.child("redis").pause(false);
      }
      awaitSweep();
      assertEquals(0, told("user-offline", ana));
      await().atMost(Duration.ofSeconds(20)).until(() -> shown(ana) == Status.ONLINE);
      one.done("update-presence", "busy");
      awaitTold("user-status", ana, Duration.ofSeconds(10));
    }
  }

  /// Redis is missed: a status that is said cannot be noted. It is the one that is there already.
  private static boolean isRefused(ChatClient client) throws Exception {
    return !client.ask("update-presence", "online").getBoolean("ok");
  }

  /// A lease that was renewed then, and not since, is over; Redis, which stands still, cannot say.
  private static boolean isOver(long renewedNanos) {
    return System.nanoTime() - renewedNanos > LEASE.toNanos();
  }

  /// An edge without a lease is swept: whoever would be, was by now.
  private static void awaitSweep() {
    try (RedisClient redis =
        RedisClient.create("redis://127.0.0.1:" + parley.cluster.options().ports().redis())) {
      redis.sadd("edges", "canary");
      await()
          .atMost(Duration.ofSeconds(40))
          .ignoreExceptions()
          .until(() -> !redis.sismember("edges", "canary"));
    }
  }

  @Test
  void redisRestartedEmptyIsToldTheTruthByTheEdges() throws Exception {
    String stays = parley.user("stays");
    parley.befriend(stays, ben);
    ChatClient staying = parley.connect(1, stays);
    staying.join(parley.room(stays));
    ChatClient going = parley.connect(1, ana);
    awaitTold("user-online", stays, Duration.ofSeconds(10));
    awaitTold("user-online", ana, Duration.ofSeconds(10));
    parley.cluster.child("redis").killAndHold();
    going.close();
    parley.cluster.child("redis").release();
    await()
        .atMost(Duration.ofSeconds(20))
        .ignoreExceptions()
        .until(() -> shown(stays) == Status.ONLINE);
    awaitTold("user-offline", ana, Duration.ofSeconds(20));
    assertEquals(1, told("user-online", stays), "it had never been away");
    assertEquals(0, told("user-offline", stays));
    staying.close();
  }

  @Test
  void typingEndsWhenTheEdgeOrPresenceDies() throws Exception {
    ChatClient one = parley.connect(1, ana);
    one.join(room);
    one.done("typing-start", room);
    awaitTold("user-typing", ana, Duration.ofSeconds(10));
    parley.cluster.child("presence").killAndHold();
    try {
      awaitTold("user-stopped-typing", ana, Duration.ofSeconds(12));
    } finally {
      parley.cluster.child("presence").release();
    }
    one.close();
  }

  @Test
  void whatAHeartbeatConfirmsCountsAsDelivered() throws Exception {
    try (ChatClient one = parley.connect(1, ana)) {
      one.join(room);
      String message = one.send(room, "hello").getString("id");
      await()
          .atMost(Duration.ofSeconds(20))
          .until(
              () -> one.done("get-readers", json("messageId", message)).getInt("delivered") == 2);
      assertEquals(1, one.done("get-readers", json("messageId", message)).getInt("count"));
    }
  }

  @Test
  void aLargeRoomIsToldCountsInPlaceOfNames() throws Exception {
    String[] members = new String[30];
    for (int i = 0; i < members.length; i++) {
      members[i] = parley.user("m" + i);
    }
    String large = parley.room(members);
    List<ChatClient> clients = new ArrayList<>();
    for (int i = 0; i < members.length; i++) {
      ChatClient client = parley.connect(i % 2, members[i]);
      clients.add(client);
      client.join(large);
    }
    ChatClient first = clients.getFirst();
    await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () ->
                first.heard("room-count").stream()
                    .anyMatch(e -> e.optString("roomId").equals(large) && e.optInt("count") == 30));
    assertTrue(first.heard("user-joined-room").size() <= 20);
    assertEquals(0, first.heard("user-online").size(), "their room is too large");
    clients.forEach(ChatClient::close);
  }

  @Test
  void watchersOfAnOutageHearWhatTheyMissed() throws Exception {
    watcher.done("watch-presence", json("userIds", new JSONArray(List.of(ana))));
    ChatClient one = parley.connect(1, ana);
    awaitTold("user-online", ana, Duration.ofSeconds(10));
    parley.cluster.child("redis").kill();
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> one.ask("update-presence", "away").getBoolean("ok"));
    awaitTold("user-status", ana, Duration.ofSeconds(20));
    one.close();
    awaitTold("user-offline", ana, Duration.ofSeconds(20));
  }
}
