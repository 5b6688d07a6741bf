package parley.presence.roster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toMap;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import parley.contract.ServiceToken;
import parley.embedded.redis.EmbeddedRedis;
import parley.fanout.Topic;
import parley.fanout.TopicListener;
import parley.fanout.memory.InMemoryBus;
import parley.presence.due.DueRunner;
import parley.presence.due.DueWork;
import parley.presence.user.ChangePublisher;
import parley.presence.user.Sightings;
import parley.presence.user.UserPresences;
import parley.process.redis.Batch;
import parley.proto.bus.BusEvent;
import parley.proto.chat.User;
import parley.proto.presence.Audience;
import parley.proto.presence.ConnectionState;
import parley.proto.presence.Status;
import redis.clients.jedis.RedisClient;

@Timeout(30)
class RosterTest {

  private static final long GRACE_MILLIS = 100;

  @TempDir static Path folder;
  private static EmbeddedRedis server;

  private RedisClient redis;
  private InMemoryBus bus;
  private Roster roster;
  private Presences presences;
  private UserPresences users;
  private Sightings sightings;
  private ChangePublisher changes;
  private DueRunner runner;
  private final List<String> told = new CopyOnWriteArrayList<>();

  @BeforeAll
  static void startRedis() throws Exception {
    server = EmbeddedRedis.start(folder, "--save", "");
  }

  @AfterAll
  static void stopRedis() {
    server.close();
  }

  @BeforeEach
  void open() {
    redis = RedisClient.builder().hostAndPort("127.0.0.1", server.port()).build();
    redis.flushAll();
    bus = new InMemoryBus();
    roster = new Roster(redis, 300);
    users = new UserPresences(redis, 60_000);
    DueWork due = new DueWork(redis);
    sightings = new Sightings(List.of(), new ServiceToken("test-token"));
    changes = new ChangePublisher(users, bus, sightings);
    changes.start();
    presences = new Presences(roster, users, bus, changes, due, GRACE_MILLIS, 500);
    runner =
        new DueRunner(
            due,
            Map.of(
                Presences.OFFLINE,
                (words, batch) -> presences.offlineIfGone(batch, words.get(0)),
                Presences.LEAVE,
                (words, batch) -> presences.left(batch, words.get(0), words.get(1), words.get(2))));
    runner.start();
    List<Long> begun = new ArrayList<>();
    bus.subscriber()
        .follow(
            new Topic.Room("r"),
            new TopicListener() {
              @Override
              public void event(byte[] payload) {
                try {
                  BusEvent event = BusEvent.parseFrom(payload);
                  told.add(
                      event.hasUserJoined()
                          ? "+" + event.getUserJoined().getUser().getId()
                          : "-" + event.getUserLeft().getUserId());
                } catch (com.google.protobuf.InvalidProtocolBufferException e) {
                  told.add("?" + new String(payload, UTF_8));
                }
              }

              @Override
              public void begun(long epoch) {
                begun.add(epoch);
              }

              @Override
              public void broken() {}
            });
    await().until(() -> !begun.isEmpty());
  }

  @AfterEach
  void close() {
    runner.close();
    changes.close();
    sightings.close();
    bus.close();
    redis.close();
  }

  private static User user(String id) {
    return User.newBuilder().setId(id).setUsername(id).build();
  }

  @Test
  void onlyTheFirstConnectionOfAUserArrivesAndOnlyTheLastLeaves() {
    enter("e1", "c1", "ana");
    enter("e2", "c2", "ana");
    leave("e1", "c1");
    leave("e1", "c1");
    Roster.InRoom still = roster.inRoom("r");
    assertEquals(List.of("ana"), still.users());
    leave("e2", "c2");
    await().until(() -> told.size() == 2);
    assertEquals(List.of("+ana", "-ana"), told);
    assertEquals(0, roster.inRoom("r").count());
  }

  @Test
  void whatHappensInOneBatchIsToldInItsOrder() {
    done(
        batch -> {
          presences.entered(batch, "e1", "c1", user("ana"), "r", inRoom -> {});
          presences.left(batch, "e1", "c1", "r");
          presences.entered(batch, "e1", "c1", user("ana"), "r", inRoom -> {});
        });
    await().until(() -> told.size() == 3);
    assertEquals(List.of("+ana", "-ana", "+ana"), told);
    assertEquals(List.of("ana"), roster.inRoom("r").users());
  }

  /// As when an edge's stream ends: there are eight connections to Redis.
  @Test
  void aBatchThatIsGivenUpTakesNoConnection() {
    for (int i = 0; i < 20; i++) {
      presences.left(roster.batch(), "e1", "c1", "r");
    }
    assertEquals(0, roster.inRoom("r").count());
  }

  @Test
  void enteringTwiceCountsOnce() {
    enter("e1", "c1", "ana");
    enter("e1", "c1", "ana");
    leave("e1", "c1");
    assertEquals(0, roster.inRoom("r").count());
  }

  @Test
  void atMostAHundredAreNamedButAllAreCounted() {
    for (int i = 0; i < 150; i++) {
      enter("e1", "c" + i, "u" + i);
    }
    Roster.InRoom inRoom = roster.inRoom("r");
    assertEquals(150, inRoom.count());
    assertEquals(100, inRoom.users().size());
  }

  @Test
  void connectionsOfAUserAreInTheSetThatTheDocsName() {
    open("e1", "c1", "ana");
    open("e2", "c2", "ana");
    assertEquals(Set.of("c1", "c2"), redis.smembers("user_sockets:{ana}"));
    done(batch -> presences.closed(batch, "e1", "c1", "ana", List.of()));
    assertEquals(1, users.connections("ana"));
    assertEquals("online", redis.get("presence:{ana}"));
  }

  private void replace(String edge, ConnectionState... connections) {
    roster.register(edge);
    presences.stand(edge, List.of(connections));
    presences.removeAllBut(
        edge,
        List.of(connections).stream()
            .collect(
                toMap(
                    ConnectionState::getConnectionId, each -> Set.copyOf(each.getRoomIdsList()))));
  }

  @Test
  void aSnapshotReplacesWhatIsKnownOfAnEdgeAndTellsTheDifferenceOnce() {
    replace("e1");
    open("e1", "c1", "ana");
    enter("e1", "c1", "ana");
    open("e1", "c2", "ben");
    enter("e1", "c2", "ben");
    // The edge came back without ben, and with cleo.
    replace("e1", state("c1", "ana"), state("c3", "cleo"));
    await().until(() -> told.size() == 4);
    assertEquals(Set.of("+ana", "+ben", "-ben", "+cleo"), Set.copyOf(told));
    assertEquals(Set.of("ana", "cleo"), Set.copyOf(roster.inRoom("r").users()));
    await().until(() -> users.connections("ben") == 0 && redis.get("presence:{ben}") == null);
  }

  @Test
  void aDeadEdgesUsersLeave() {
    replace("e1", state("c1", "ana"));
    presences.removeAll("e1");
    await().until(() -> told.equals(List.of("+ana", "-ana")));
    assertFalse(roster.edges().contains("e1"));
    await().until(() -> users.connections("ana") == 0);
  }

  @Test
  void whoComesBackWithinTheGraceWasNeverGoneFromTheRoom() {
    open("e1", "c1", "ana");
    enter("e1", "c1", "ana");
    done(batch -> presences.closed(batch, "e1", "c1", "ana", List.of("r")));
    open("e2", "c2", "ana");
    enter("e2", "c2", "ana");
    await().until(() -> redis.zcard("presence_due") == 0);
    assertEquals(List.of("+ana"), told);
  }

  @Test
  void whoseInvisibilityIsForgottenIsSeenAgainEverywhere() throws Exception {
    open("e1", "c1", "ana");
    presences.status("ana", Status.INVISIBLE, "");
    enter("e1", "c1", "ana");
    assertEquals(List.of(), presences.inRoom("r").users());
    done(batch -> presences.closed(batch, "e1", "c1", "ana", List.of()));
    await().until(() -> redis.get("presence:{ana}") == null);
    redis.del("presence_card:{ana}"); // as its TTL does
    open("e1", "c2", "ana");
    assertEquals(List.of("ana"), presences.inRoom("r").users());
    assertEquals(Set.of(), redis.smembers("presence_invisible"));
  }

  private void open(String edge, String connection, String user) {
    done(
        batch ->
            presences.opened(
                batch, edge, connection, user(user), Audience.getDefaultInstance(), false));
  }

  private void enter(String edge, String connection, String user) {
    done(batch -> presences.entered(batch, edge, connection, user(user), "r", inRoom -> {}));
  }

  private void leave(String edge, String connection) {
    done(batch -> presences.left(batch, edge, connection, "r"));
  }

  private void done(Consumer<Batch> change) {
    Batch batch = roster.batch();
    change.accept(batch);
    batch.carryOut();
  }

  @Test
  void aLeaseEndsUnlessRenewedAndALostOneIsNoticed() {
    roster.register("e1");
    assertTrue(roster.isAlive("e1"));
    assertTrue(roster.renew("e1"));
    await().until(() -> !roster.isAlive("e1"));
    assertFalse(roster.renew("e1"), "there is none to renew");
  }

  @Test
  void oneNodeSweepsAtATime() {
    assertTrue(roster.maySweep("n1"));
    assertFalse(roster.maySweep("n2"));
    await().until(() -> roster.maySweep("n2"));
  }

  private static ConnectionState state(String connection, String user) {
    return ConnectionState.newBuilder()
        .setConnectionId(connection)
        .setUser(user(user))
        .addRoomIds("r")
        .build();
  }
}
