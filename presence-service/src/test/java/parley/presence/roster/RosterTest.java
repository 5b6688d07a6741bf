package parley.presence.roster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static parley.presence.roster.PresenceNode.state;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import parley.contract.ConnectionId;
import parley.contract.EdgeId;
import parley.contract.RoomId;
import parley.contract.UserId;
import parley.embedded.redis.EmbeddedRedis;
import parley.fanout.Topic;
import parley.fanout.TopicListener;
import parley.fanout.memory.InMemoryBus;
import parley.presence.user.RecentChanges;
import parley.proto.bus.BusEvent;
import parley.proto.presence.ConnectionState;
import parley.proto.presence.PresenceChange;
import parley.proto.presence.Status;
import parley.proto.presence.UserPresence;
import redis.clients.jedis.RedisClient;

@Timeout(30)
class RosterTest {

  private static final long GRACE_MILLIS = 100;

  @TempDir static Path folder;
  private static EmbeddedRedis server;

  private RedisClient redis;
  private InMemoryBus bus;
  private PresenceNode node;
  private Roster roster;
  private final List<PresenceChange> changes = new CopyOnWriteArrayList<>();
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
    node = new PresenceNode(redis, bus, GRACE_MILLIS);
    roster = node.roster;
    List<Long> begun = new CopyOnWriteArrayList<>();
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
    bus.subscriber()
        .follow(
            new Topic.All(),
            new TopicListener() {
              @Override
              public void event(byte[] payload) {
                try {
                  changes.addAll(BusEvent.parseFrom(payload).getPresence().getChangesList());
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
    await().until(() -> begun.size() == 2);
  }

  @AfterEach
  void close() {
    node.close();
    bus.close();
    redis.close();
  }

  private static final EdgeId E1 = new EdgeId("e1");
  private static final RoomId ROOM = new RoomId("r");

  private void open(String edge, String connection, String user) {
    node.open(edge, connection, user);
  }

  private void enter(String edge, String connection, String user) {
    node.enter(edge, connection, user);
  }

  private void leave(String edge, String connection) {
    node.leave(edge, connection);
  }

  @Test
  void onlyTheFirstConnectionOfAUserArrivesAndOnlyTheLastLeaves() {
    enter("e1", "c1", "ana");
    enter("e2", "c2", "ana");
    leave("e1", "c1");
    leave("e1", "c1");
    assertEquals(List.of("ana"), node.inRoom());
    leave("e2", "c2");
    await().until(() -> told.size() == 2);
    assertEquals(List.of("+ana", "-ana"), told);
    assertEquals(0, roster.inRoom(ROOM).count());
  }

  @Test
  void whatHappensInOneBatchIsToldInItsOrder() {
    node.done(
        batch -> {
          node.enter(batch, "e1", "c1", "ana");
          node.leave(batch, "e1", "c1");
          node.enter(batch, "e1", "c1", "ana");
        });
    await().until(() -> told.size() == 3);
    assertEquals(List.of("+ana", "-ana", "+ana"), told);
    assertEquals(List.of("ana"), node.inRoom());
  }

  /// As when an edge's stream ends: there are eight connections to Redis.
  @Test
  void aBatchThatIsGivenUpTakesNoConnection() {
    for (int i = 0; i < 20; i++) {
      node.leave(roster.batch(), "e1", "c1");
    }
    assertEquals(0, roster.inRoom(ROOM).count());
  }

  @Test
  void enteringTwiceCountsOnce() {
    enter("e1", "c1", "ana");
    enter("e1", "c1", "ana");
    leave("e1", "c1");
    assertEquals(0, roster.inRoom(ROOM).count());
  }

  @Test
  void atMostAHundredAreNamedButAllAreCounted() {
    for (int i = 0; i < 150; i++) {
      enter("e1", "c" + i, "u" + i);
    }
    Roster.InRoom inRoom = roster.inRoom(ROOM);
    assertEquals(150, inRoom.count());
    assertEquals(100, inRoom.users().size());
  }

  @Test
  void connectionsOfAUserAreInTheSetThatTheDocsName() {
    open("e1", "c1", "ana");
    open("e2", "c2", "ana");
    assertEquals(Set.of("c1", "c2"), redis.smembers("user_sockets:{ana}"));
    node.close("e1", "c1", "ana");
    assertEquals(1, node.connections("ana"));
    assertEquals("online", redis.get("presence:{ana}"));
  }

  @Test
  void aSnapshotReplacesWhatIsKnownOfAnEdgeAndTellsTheDifferenceOnce() {
    node.replace("e1");
    open("e1", "c1", "ana");
    enter("e1", "c1", "ana");
    open("e1", "c2", "ben");
    enter("e1", "c2", "ben");
    // The edge came back without ben, and with cleo.
    node.replace("e1", state("c1", "ana", false), state("c3", "cleo", false));
    await().until(() -> told.size() == 4);
    assertEquals(Set.of("+ana", "+ben", "-ben", "+cleo"), Set.copyOf(told));
    assertEquals(Set.of("ana", "cleo"), Set.copyOf(node.inRoom()));
    await().until(() -> node.connections("ben") == 0 && redis.get("presence:{ben}") == null);
  }

  @Test
  void aDeadEdgesUsersLeave() {
    node.replace("e1", state("c1", "ana", false));
    node.snapshots.removeAll(E1);
    await().until(() -> told.equals(List.of("+ana", "-ana")));
    assertFalse(roster.edges().contains(E1));
    await().until(() -> node.connections("ana") == 0);
  }

  @Test
  void whoComesBackWithinTheGraceWasNeverGoneFromTheRoom() {
    open("e1", "c1", "ana");
    enter("e1", "c1", "ana");
    node.close("e1", "c1", "ana", "r");
    open("e2", "c2", "ana");
    enter("e2", "c2", "ana");
    await().until(() -> redis.zcard("presence_due") == 0);
    assertEquals(List.of("+ana"), told);
  }

  @Test
  void whoseInvisibilityIsForgottenIsSeenAgainEverywhere() throws Exception {
    open("e1", "c1", "ana");
    node.comings.status(new UserId("ana"), Status.INVISIBLE, "");
    enter("e1", "c1", "ana");
    assertEquals(List.of(), node.inRoom());
    node.close("e1", "c1", "ana");
    await().until(() -> redis.get("presence:{ana}") == null);
    redis.del("presence_card:{ana}"); // as its TTL does
    open("e1", "c2", "ana");
    assertEquals(List.of("ana"), node.inRoom());
    assertEquals(Set.of("!"), redis.smembers("presence_invisible"));
  }

  @Test
  void aLeaseEndsUnlessRenewedAndALostOneIsNoticed() {
    roster.begin(E1);
    assertTrue(roster.isAlive(E1));
    assertTrue(roster.renew(E1));
    await().until(() -> !roster.isAlive(E1));
    assertFalse(roster.renew(E1), "there is none to renew");
  }

  @Test
  void oneNodeSweepsAtATime() {
    assertTrue(roster.maySweep("n1"));
    assertFalse(roster.maySweep("n2"));
    await().until(() -> roster.maySweep("n2"));
  }

  private List<Status> statuses(String user) {
    return changes.stream()
        .map(PresenceChange::getPresence)
        .filter(presence -> presence.getUserId().equals(user))
        .map(UserPresence::getStatus)
        .toList();
  }

  @Test
  void whoEntersARoomThatItIsAboutToBeTakenOutOfStays() {
    node.replace("e1", state("c1", "ana", false));
    node.replace(
        "e1", state("c1", "ana", true).toBuilder().clearRoomIds().build()); // as of before its join
    enter("e1", "c1", "ana");
    await().until(() -> redis.zcard("presence_due") == 0);
    assertEquals(List.of("ana"), node.inRoom());
    assertEquals(List.of("+ana"), told);
  }

  @Test
  void aConnectionThatIsToldAgainWithinTheGraceStaysAmongItsEdges() {
    node.replace("e1", state("c1", "ana", false));
    node.replace("e1");
    node.replace("e1", state("c1", "ana", true));
    await().until(() -> redis.zcard("presence_due") == 0);
    assertEquals(Set.of(new ConnectionId("c1")), roster.connectionsOf(E1).keySet());
    assertEquals(1, node.connections("ana"));
  }

  /// The others see that they went, and nothing that moves later.
  @Test
  void theInvisibleMoveNeitherWhenTheyWereSeenLastNorTyping() throws Exception {
    open("e1", "c1", "ana");
    open("e1", "c2", "ana");
    node.comings.status(new UserId("ana"), Status.INVISIBLE, "");
    UserPresence hidden = node.users.of(List.of(new UserId("ana"))).getFirst();
    assertTrue(hidden.getLastSeenMs() > 0);
    assertEquals(Set.of("!", "ana"), redis.smembers("presence_invisible"));
    node.comings.status(new UserId("ana"), Status.INVISIBLE, "not here");
    node.close("e1", "c1", "ana");
    node.done(batch -> node.typing.started(batch, ROOM, PresenceNode.user("ana")));
    node.close("e1", "c2", "ana");
    await().until(() -> redis.get("presence:{ana}") == null);
    assertEquals(hidden, strip(node.users.of(List.of(new UserId("ana"))).getFirst(), hidden));
    assertEquals(List.of(Status.ONLINE, Status.OFFLINE), statuses("ana"));
    assertEquals(List.of(), told, "no typing");
    assertEquals(Set.of("!"), redis.smembers("presence_invisible"));
  }

  private static UserPresence strip(UserPresence presence, UserPresence like) {
    return presence.toBuilder().setVersion(like.getVersion()).build();
  }

  @Test
  void whoIsInvisibleStaysSoWhenRedisLosesTheSet() throws Exception {
    open("e1", "c1", "ana");
    node.comings.status(new UserId("ana"), Status.INVISIBLE, "");
    redis.del("presence_invisible");
    node.invisible.refresh();
    assertTrue(node.invisible.has(new UserId("ana")));
    assertEquals(Set.of("!", "ana"), redis.smembers("presence_invisible"));
  }

  @Test
  void everythingOfAnEdgeIsNoticedWhenItIsLost() {
    for (String lost :
        List.of(
            "edges",
            "edge_sockets:{e1}",
            "edge_rooms:{e1}",
            "user_sockets:{ana}",
            "presence:{ana}",
            "presence_card:{ana}",
            "room_sockets:{r}",
            "room_online:{r}")) {
      node.replace("e1", state("c1", "ana", true));
      EdgeAudit audit = new EdgeAudit(E1, roster, node.users);
      assertFalse(audit.isLost() || audit.isLost(), "before " + lost);
      redis.del(lost);
      assertTrue(!roster.renew(E1) || !audit.isLost() && audit.isLost(), lost);
      node.replace("e1", state("c1", "ana", true));
      assertTrue(roster.renew(E1), lost);
      assertFalse(audit.isLost() || audit.isLost(), "after " + lost);
      assertEquals(List.of("ana"), node.inRoom(), lost);
      leave("e1", "c1");
      assertEquals(List.of(), node.inRoom(), "nothing counts twice after " + lost);
    }
  }

  @Test
  void whatWasDueAndLostIsDueAgainWhenTheEdgeTellsAll() {
    node.replace("e1", state("c1", "ana", false), state("c2", "ben", false));
    await().until(() -> told.size() == 2);
    node.replace("e1", state("c1", "ana", true));
    redis.del("presence_due"); // ben's end is forgotten
    node.replace("e1", state("c1", "ana", true));
    await().until(() -> told.contains("-ben") && statuses("ben").contains(Status.OFFLINE));
    assertEquals(List.of("ana"), node.inRoom());
  }

  /// The set of her connections was lost, and one of two ended.
  @Test
  void whoWasToldAsGoneByMistakeIsToldAsBack() {
    node.replace("e1", state("c1", "ana", false), state("c2", "ana", false));
    redis.del("user_sockets:{ana}");
    node.close("e1", "c2", "ana", "r");
    await().until(() -> statuses("ana").equals(List.of(Status.ONLINE, Status.OFFLINE)));
    node.replace("e1", state("c1", "ana", true));
    await()
        .until(() -> statuses("ana").equals(List.of(Status.ONLINE, Status.OFFLINE, Status.ONLINE)));
  }

  @Test
  void whoGoesIsToldAlthoughHerStatusWasLost() {
    open("e1", "c1", "ana");
    await().until(() -> statuses("ana").equals(List.of(Status.ONLINE)));
    redis.del("presence:{ana}");
    node.close("e1", "c1", "ana");
    await().until(() -> statuses("ana").equals(List.of(Status.ONLINE, Status.OFFLINE)));
  }

  @Test
  void versionsGoOnWhenRedisIsEmptied() {
    open("e1", "c1", "ana");
    long before = node.users.of(List.of(new UserId("ana"))).getFirst().getVersion();
    redis.flushAll();
    open("e1", "c1", "ana");
    assertTrue(node.users.of(List.of(new UserId("ana"))).getFirst().getVersion() > before);
  }

  @Test
  void whoChangedIsToldInPagesWithoutAHole() {
    for (int i = 0; i < 1_200; i++) {
      open("e1", "c" + i, "u" + i);
    }
    await().until(() -> redis.zcard("presence_recent") == 1_200);
    List<String> read = new java.util.ArrayList<>();
    long since = 0;
    for (boolean more = true; more; ) {
      RecentChanges.Page page = node.recent.since(since);
      assertTrue(
          page.changes().stream().mapToInt(PresenceChange::getSerializedSize).sum() <= 20_000);
      page.changes().forEach(change -> read.add(change.getPresence().getUserId()));
      since = page.upTo();
      more = page.more();
    }
    assertEquals(1_200, read.size());
    assertEquals(1_200, Set.copyOf(read).size());
  }

  /// For who misses the publication.
  @Test
  void aChangeThatRedisWouldNotNoteIsNotedLater() {
    redis.set("presence_recent", "no set");
    open("e1", "c1", "ana");
    await().until(() -> statuses("ana").equals(List.of(Status.ONLINE)));
    redis.del("presence_recent");
    await().until(() -> redis.zscore("presence_recent", "ana") != null);
  }

  @Test
  void aLargeEdgeTellsAllInOneGo() {
    ConnectionState[] states = new ConnectionState[5_000];
    for (int i = 0; i < states.length; i++) {
      states[i] = state("c" + i, "u" + i, true);
    }
    node.replace("e1", states);
    assertEquals(5_000, redis.hlen("room_online:{r}"));
    assertEquals(5_000, roster.connectionsOf(E1).size());
  }

  @Test
  void aConnectionThatIsNotWellFormedHurtsNoOther() {
    node.replace("e1", state("not an id", "ben", false), state("c1", "ana", false));
    assertEquals(List.of("ana"), node.inRoom());
  }
}
