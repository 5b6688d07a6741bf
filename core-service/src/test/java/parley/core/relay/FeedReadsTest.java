package parley.core.relay;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.mongodb.MongoException;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Updates;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import parley.contract.RefusedException;
import parley.contract.RoomId;
import parley.contract.UserId;
import parley.core.friend.Friends;
import parley.core.log.Command;
import parley.core.log.LogEntry;
import parley.core.log.LogStore;
import parley.core.log.Outcome;
import parley.core.log.RequestKeys;
import parley.core.log.RequestName;
import parley.core.log.RoomEvents;
import parley.core.log.RoomLog;
import parley.core.log.Submission;
import parley.core.receipt.Cursors;
import parley.core.room.Rooms;
import parley.core.room.StoredRoom;
import parley.core.store.ChatDatabase;
import parley.core.user.UserFeeds;
import parley.core.user.Users;
import parley.embedded.mongo.EmbeddedMongo;
import parley.fanout.memory.InMemoryBus;
import parley.proto.bus.UserFeedEntry;
import parley.proto.chat.Role;
import parley.proto.chat.RoomKind;
import parley.proto.chat.User;
import parley.proto.relay.FeedPosition;
import parley.proto.relay.ReadUserFeeds;
import parley.proto.relay.UserFeed;

/// An edge that was told nothing finds everything that changed of its users.
@Timeout(60)
class FeedReadsTest {

  private static final UserId ANA = new UserId("ana");
  private static final UserId BEN = new UserId("ben");

  @TempDir Path folder;
  private final InMemoryBus bus = new InMemoryBus();
  private EmbeddedMongo store;
  private ChatDatabase database;
  private Rooms rooms;
  private Friends friends;
  private RoomLog log;
  private FeedReads reads;

  @BeforeEach
  void start() throws Exception {
    store = EmbeddedMongo.start(folder, 0, false);
    database = ChatDatabase.open(store.uri(), false);
    database.createIndexes();
    Users users = new Users(database);
    for (UserId user : List.of(ANA, BEN)) {
      users.put(
          User.newBuilder().setId(user.value()).setUsername(user.value()).setActive(true).build());
    }
    LogStore entries = new LogStore(database);
    UserFeeds feeds = new UserFeeds(database, bus);
    Cursors cursors = new Cursors(database); // which nobody asks for
    rooms = new Rooms(database, 1);
    friends = new Friends(database, feeds);
    log = new RoomLog(entries, rooms, users, new RequestKeys(database), bus, feeds, cursors, 4);
    log.start();
    reads = new FeedReads(feeds, rooms, friends, entries, new RoomEvents(users));
  }

  @AfterEach
  void stop() {
    log.close();
    database.close();
    store.close();
    bus.close();
  }

  private void member(String room, UserId user, boolean member) throws Exception {
    RoomId id = new RoomId(room);
    rooms.create(id, RoomKind.GROUP, room);
    CompletableFuture<Outcome> answer = new CompletableFuture<>();
    log.submit(
        id,
        new Submission(
            LogEntry.SYSTEM,
            RequestName.of("", java.util.UUID.randomUUID().toString()),
            member ? new Command.AddMember(user, Role.MEMBER) : new Command.RemoveMember(user),
            null,
            System.nanoTime() + TimeUnit.SECONDS.toNanos(10),
            answer::complete));
    assertTrue(answer.get(10, TimeUnit.SECONDS) instanceof Outcome.Appended);
  }

  private List<UserFeed> read(UserId user, long since) {
    return reads.read(ask(List.of(position(user, since)))).getFeedsList();
  }

  private static ReadUserFeeds ask(List<FeedPosition> positions) {
    return ReadUserFeeds.newBuilder().addAllUsers(positions).build();
  }

  private static FeedPosition position(UserId user, long since) {
    return FeedPosition.newBuilder().setUserId(user.value()).setSince(since).build();
  }

  private static List<String> told(UserFeed feed) {
    List<String> told = new ArrayList<>();
    for (UserFeedEntry entry : feed.getEntriesList()) {
      String room = entry.getMembership().getRoomId();
      String what = entry.getMembership().hasMemberAdded() ? "+" + room : "-" + room;
      told.add(entry.getNumber() + (entry.hasFriends() ? " friends" : " " + what));
    }
    return told;
  }

  @Test
  void whatChangedSinceIsToldInOrder() throws Exception {
    assertEquals(List.of(), read(ANA, 0), "nothing has changed yet");
    member("one", ANA, true);
    member("two", ANA, true);
    member("one", ANA, false);
    UserFeed feed = read(ANA, 0).getFirst();
    assertEquals(List.of("1 +one", "2 +two", "3 -one"), told(feed));
    assertFalse(feed.getAnew());
    assertEquals(3, feed.getNumber());
    assertEquals(
        "ana", feed.getEntries(0).getMembership().getMemberAdded().getUser().getUsername());
    assertEquals(List.of("3 -one"), told(read(ANA, 2).getFirst()));
    assertEquals(List.of(), read(ANA, 3), "who knows it all is left out");
  }

  @Test
  void friendsAreToldAsTheyAre() {
    assertTrue(friends.add(ANA, BEN));
    UserFeed feed = read(ANA, 0).getFirst();
    assertEquals(List.of("1 friends", "2 friends"), told(feed));
    assertEquals(List.of("ben"), feed.getFriendIdsList());
    assertTrue(friends.remove(ANA, BEN));
    UserFeed after = read(ANA, feed.getNumber()).getFirst();
    assertEquals(List.of(), after.getFriendIdsList());
    assertTrue(after.getEntriesCount() > 0);
  }

  @Test
  void whatARemovalOfOldEntriesTookIsReplacedByThePresent() throws Exception {
    member("one", ANA, true);
    member("two", ANA, true);
    member("two", BEN, true);
    friends.add(ANA, BEN);
    database.log().deleteMany(Filters.eq("room", "one"));
    UserFeed feed = read(ANA, 0).getFirst();
    assertTrue(feed.getAnew());
    assertEquals(
        Set.of("one", "two"),
        feed.getEntriesList().stream()
            .map(entry -> entry.getMembership().getRoomId())
            .collect(Collectors.toSet()));
    assertEquals(List.of("ben"), feed.getFriendIdsList());
    assertTrue(
        feed.getEntriesList().stream()
            .filter(entry -> entry.getMembership().getRoomId().equals("two"))
            .allMatch(UserFeedEntry::getLarge),
        "two members are many here");
  }

  /// A database that was put back to an older state.
  @Test
  void whoIsAheadBeginsAnew() throws Exception {
    member("one", ANA, true);
    UserFeed feed = read(ANA, 7).getFirst();
    assertTrue(feed.getAnew());
    assertEquals(1, feed.getNumber());
    assertEquals("one", feed.getEntries(0).getMembership().getRoomId());
  }

  @Test
  void ofManyWhoAreBehindOnlySomeAreAnsweredInFull() {
    List<FeedPosition> all = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      friends.add(new UserId("u" + i), BEN);
      all.add(position(new UserId("u" + i), 0));
    }
    List<UserFeed> answered = reads.read(ask(all)).getFeedsList();
    assertEquals(50, answered.size());
    assertEquals(20, answered.stream().filter(feed -> !feed.getNumberAlone()).count());
    assertTrue(answered.stream().allMatch(feed -> feed.getNumber() == 2));
  }

  private void damage(UserId user, String field, Object value) {
    database.userFeeds().updateOne(Filters.eq("_id", user.value()), Updates.set(field, value));
  }

  @Test
  void aFeedThatCannotBeReadIsNotTheOthersTrouble() {
    UserId cleo = new UserId("cleo");
    UserId dan = new UserId("dan");
    friends.add(ANA, BEN);
    friends.add(cleo, dan);
    damage(BEN, "n", "no number");
    damage(cleo, "recent", List.of("friends", "no place in a log"));
    List<UserFeed> answered =
        reads
            .read(ask(List.of(position(ANA, 0), position(BEN, 1), position(cleo, 0))))
            .getFeedsList();
    Map<String, UserFeed> feeds =
        answered.stream().collect(Collectors.toMap(UserFeed::getUserId, feed -> feed));
    assertEquals(List.of("1 friends", "2 friends"), told(feeds.get("ana")));
    assertTrue(feeds.get("ben").getNotRead());
    assertTrue(feeds.get("cleo").getNotRead());
  }

  @Test
  void anEntryThatCannotBeReadIsNotTheOthersTrouble() throws Exception {
    member("one", ANA, true);
    friends.add(BEN, new UserId("dan"));
    database.log().updateOne(Filters.eq("room", "one"), Updates.set("type", "of tomorrow"));
    List<UserFeed> answered =
        reads.read(ask(List.of(position(ANA, 0), position(BEN, 0)))).getFeedsList();
    assertEquals(
        Map.of("ana", true, "ben", false),
        answered.stream().collect(Collectors.toMap(UserFeed::getUserId, UserFeed::getNotRead)));
  }

  @Test
  void aStoreThatIsAwayFailsTheQuestion() {
    friends.add(ANA, BEN);
    store.close();
    assertThrows(MongoException.class, () -> read(ANA, 0));
  }

  @Test
  void moreThanTwoHundredAtOnceAreRefused() {
    List<FeedPosition> all = new ArrayList<>();
    for (int i = 0; i <= 200; i++) {
      all.add(position(new UserId("u" + i), 0));
    }
    assertThrows(RefusedException.class, () -> reads.read(ask(all)));
  }

  @Test
  void ofManyRoomsTheMostRecentlyActiveAreRead() throws Exception {
    for (int i = 0; i < 12; i++) {
      member("r" + i, ANA, true);
    }
    long later = System.currentTimeMillis() + 60_000;
    database
        .rooms()
        .updateOne(
            Filters.eq("_id", "r3"), Updates.set("lastActivityAt", new java.util.Date(later)));
    await()
        .untilAsserted(
            () -> {
              List<StoredRoom> found = rooms.roomsOf(ANA, 5);
              assertEquals(5, found.size());
              assertEquals("r3", found.getFirst().id().value());
            });
    assertEquals(
        rooms.roomsOf(ANA, 5), rooms.roomsOf(List.of(ANA, BEN), 5).get(ANA), "the same together");
  }
}
