package parley.core.relay;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import parley.contract.RoomId;
import parley.contract.UserId;
import parley.core.friend.Friends;
import parley.core.receipt.Cursor;
import parley.core.receipt.Cursors;
import parley.core.receipt.Receipts;
import parley.core.room.RoomProgress;
import parley.core.room.Rooms;
import parley.core.store.ChatDatabase;
import parley.core.user.UserFeeds;
import parley.core.user.Users;
import parley.embedded.mongo.EmbeddedMongo;
import parley.fanout.memory.InMemoryBus;
import parley.proto.chat.Message;
import parley.proto.chat.Role;
import parley.proto.chat.RoomKind;
import parley.proto.chat.User;
import parley.proto.errors.ErrorCode;
import parley.proto.relay.Authenticate;
import parley.proto.relay.Authenticated;
import parley.proto.relay.Reply;
import parley.proto.relay.Request;

/// Users who are looked up together get what each would have got alone.
@Timeout(60)
class BelongingsTest {

  private static final UserId ANA = new UserId("ana");
  private static final UserId BEN = new UserId("ben");
  private static final UserId CLEO = new UserId("cleo");
  private static final UserId DAN = new UserId("dan");
  private static final RoomId OLD = new RoomId("old");
  private static final RoomId NEW = new RoomId("new");

  @TempDir Path folder;
  private final InMemoryBus bus = new InMemoryBus();
  private EmbeddedMongo store;
  private ChatDatabase database;
  private Users users;
  private Cursors cursors;

  @BeforeEach
  void start() throws Exception {
    store = EmbeddedMongo.start(folder, 0, false);
    database = ChatDatabase.open("mongodb://127.0.0.1:" + store.port() + "/belongings", false);
    database.createIndexes();
    users = new Users(database);
    cursors = new Cursors(database);
    Rooms rooms = new Rooms(database, 500);
    Friends friends = new Friends(database, new UserFeeds(database, bus));
    for (UserId id : List.of(ANA, BEN, DAN)) {
      users.put(user(id).setActive(!id.equals(DAN)).build());
    }
    rooms.create(OLD, RoomKind.GROUP, "Old");
    rooms.create(NEW, RoomKind.GROUP, "New");
    rooms.memberships().project(OLD, ANA, Role.MEMBER, 1, 1);
    rooms.memberships().project(NEW, ANA, Role.MEMBER, 1, 1);
    rooms.memberships().project(NEW, BEN, Role.MEMBER, 2, 1);
    rooms.memberships().project(OLD, BEN, Role.MEMBER, 2, 1);
    rooms.memberships().project(OLD, BEN, Role.ROLE_UNSPECIFIED, 3, 1);
    long now = System.currentTimeMillis() + 60_000;
    rooms.project(List.of(new RoomProgress(NEW, 9, message(CLEO, 7, now))));
    cursors.raise(NEW, ANA, new Cursor(5, 4, 5));
    cursors.flush();
    friends.add(ANA, CLEO);
    friends.add(ANA, BEN);
  }

  @AfterEach
  void stop() {
    cursors.close();
    database.close();
    store.close();
    bus.close();
  }

  private static User.Builder user(UserId id) {
    return User.newBuilder().setId(id.value()).setUsername(id.value()).setActive(true);
  }

  private static Message message(UserId sender, long ordinal, long atMs) {
    return Message.newBuilder()
        .setSender(user(sender))
        .setOrdinal(ordinal)
        .setCreatedAtMs(atMs)
        .build();
  }

  private Belongings belongings(boolean openUsers) {
    Rooms rooms = new Rooms(database, 500);
    // Unread counts come of cursors alone: nothing else of receipts is used here.
    Receipts receipts = new Receipts(null, rooms, null, null, cursors, null, null);
    UserFeeds feeds = new UserFeeds(database, bus);
    return new Belongings(users, rooms, receipts, new Friends(database, feeds), feeds, openUsers);
  }

  private static Belongings.Asked asked(UserId id) {
    return new Belongings.Asked(
        id, Authenticate.newBuilder().setUserId(id.value()).setUsername("New " + id).build());
  }

  private static List<String> rooms(Authenticated answer) {
    return answer.getRoomsList().stream().map(room -> room.getId()).toList();
  }

  @Test
  void eachGetsItsOwnRoomsFriendsAndUnreadCounts() {
    Map<UserId, Authenticated> found =
        belongings(false).of(List.of(asked(ANA), asked(BEN), asked(ANA)));
    assertEquals(Set.of(ANA, BEN), found.keySet());
    Authenticated ana = found.get(ANA);
    assertEquals(List.of("new", "old"), rooms(ana), "most recently active first");
    assertEquals(List.of("ben", "cleo"), ana.getFriendIdsList());
    assertEquals(3, ana.getUnread(0).getCount(), "seven messages, four of them read");
    Authenticated ben = found.get(BEN);
    assertEquals(List.of("new"), rooms(ben), "it left the other one");
    assertEquals(List.of("ana"), ben.getFriendIdsList());
    assertEquals(7, ben.getUnread(0).getCount());
    for (UserId id : found.keySet()) {
      assertEquals(
          found.get(id), belongings(false).of(List.of(asked(id))).get(id), "the same as alone");
    }
  }

  @Test
  void whoIsRefusedDoesNotTroubleOthers() {
    Map<UserId, Authenticated> found =
        belongings(false).of(List.of(asked(CLEO), asked(ANA), asked(DAN)));
    assertEquals(Set.of(ANA), found.keySet(), "one does not exist, one is not active");
  }

  /// Some streams end while their users are looked up: more of them than there are threads.
  @Test
  void aStreamThatCannotBeAnsweredKeepsNobodyElseFromArriving() {
    List<Reply> heard = new CopyOnWriteArrayList<>();
    AtomicInteger failed = new AtomicInteger();
    try (Arrivals arrivals = new Arrivals(belongings(false))) {
      for (int i = 1; i <= 5; i++) {
        int asked = i;
        arrivals.ask(
            arrival(ANA),
            reply -> {
              failed.incrementAndGet();
              throw new IllegalStateException("the stream is over");
            });
        await().until(() -> failed.get() == asked);
      }
      arrivals.ask(arrival(BEN), heard::add);
      arrivals.ask(arrival(DAN), heard::add);
      await().until(() -> heard.size() == 2);
    }
    assertTrue(heard.stream().anyMatch(Reply::hasAuthenticated));
    assertTrue(
        heard.stream().anyMatch(reply -> reply.getError().getCode() == ErrorCode.INVALID_USER));
  }

  private static Request arrival(UserId id) {
    return Request.newBuilder()
        .setDeadlineMs(20_000)
        .setAuthenticate(Authenticate.newBuilder().setUserId(id.value()))
        .build();
  }

  @Test
  void newcomersAreCreatedWhereThatIsAllowedAndOnlyByTheirOwnToken() {
    UserId eve = new UserId("eve");
    Belongings open = belongings(true);
    Map<UserId, Authenticated> found =
        open.of(List.of(asked(CLEO), asked(ANA), new Belongings.Asked(eve, null)));
    assertEquals(Set.of(ANA, CLEO), found.keySet());
    assertEquals("New cleo", new Users(database).find(CLEO).orElseThrow().getUsername());
    assertEquals("ana", found.get(ANA).getUser().getUsername(), "who is known stays as it is");
    assertEquals(List.of("ana"), found.get(CLEO).getFriendIdsList());
  }

  @Test
  void whoWasPutMeanwhileIsNotMadeAnewAtFirstSight() {
    User put = user(CLEO).setUsername("Cleopatra").setActive(false).build();
    new Users(database).put(put); // through another node
    assertEquals(Map.of(CLEO, put), users.create(List.of(user(CLEO).build())));
    assertEquals(Optional.of(put), new Users(database).find(CLEO));
  }
}
