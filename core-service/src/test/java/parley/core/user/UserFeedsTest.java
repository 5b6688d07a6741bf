package parley.core.user;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import parley.contract.MessageId;
import parley.contract.RoomId;
import parley.contract.UserId;
import parley.core.store.ChatDatabase;
import parley.embedded.mongo.EmbeddedMongo;
import parley.fanout.BusPublisher;
import parley.fanout.Topic;
import parley.proto.bus.BusEvent;
import parley.proto.bus.UserFeedEntry;
import parley.proto.chat.MemberRemoved;
import parley.proto.chat.RoomEvent;

/// What changes of a user is numbered without holes, by several nodes too.
@Timeout(60)
class UserFeedsTest {

  private static final UserId ANA = new UserId("ana");
  private static final UserId BEN = new UserId("ben");
  private static final UserFeeds.Change FRIENDS = new UserFeeds.Change.Friends();

  @TempDir Path folder;
  private final Published bus = new Published();
  private EmbeddedMongo store;
  private ChatDatabase database;
  private UserFeeds feeds;

  /// What was published to users.
  private static final class Published implements BusPublisher {
    final List<UserFeedEntry> entries = new CopyOnWriteArrayList<>();

    @Override
    public boolean publish(Topic topic, byte[] payload) {
      try {
        entries.add(BusEvent.parseFrom(payload).getUserFeed());
      } catch (com.google.protobuf.InvalidProtocolBufferException e) {
        throw new IllegalStateException(e);
      }
      return true;
    }

    @Override
    public boolean connected() {
      return true;
    }

    @Override
    public void close() {}
  }

  @BeforeEach
  void start() throws Exception {
    store = EmbeddedMongo.start(folder, 0, false);
    database = ChatDatabase.open(store.uri(), false);
    database.createIndexes();
    feeds = new UserFeeds(database, bus);
  }

  @AfterEach
  void stop() {
    database.close();
    store.close();
  }

  private static RoomEvent removal(int room, long seq) {
    return RoomEvent.newBuilder()
        .setRoomId("room-" + room)
        .setSeq(seq)
        .setMemberRemoved(MemberRemoved.newBuilder().setUserId(ANA.value()))
        .build();
  }

  private UserFeeds.Feed feed(UserId user) {
    return Objects.requireNonNull(feeds.feeds(List.of(user)).get(user));
  }

  private static UserFeeds.Change membership(int room, long seq) {
    return new UserFeeds.Change.Membership(new MessageId(new RoomId("room-" + room), seq));
  }

  @Test
  void changesOfAUserAreNumberedInTheOrderInWhichTheyWereAdded() {
    assertEquals(Map.of(), feeds.numbers(List.of(ANA)), "nothing has changed yet");
    feeds.membershipChanged(ANA, removal(1, 7), false);
    feeds.friendsChanged(ANA, BEN);
    feeds.membershipChanged(ANA, removal(2, 3), true);
    assertEquals(Map.of(ANA, 3L, BEN, 1L), feeds.numbers(List.of(ANA, BEN)));
    assertEquals(
        List.of(membership(1, 7), FRIENDS, membership(2, 3)), feed(ANA).above(0), "from the first");
    assertEquals(List.of(membership(2, 3)), feed(ANA).above(2));
    assertEquals(List.of(), feed(ANA).above(3));
    assertNull(feed(ANA).above(4), "never given");
    assertEquals(
        List.of(1L, 2L, 1L, 3L), bus.entries.stream().map(UserFeedEntry::getNumber).toList());
  }

  @Test
  void anEntryThatIsAppliedAgainKeepsItsNumberAndIsToldAgain() {
    feeds.membershipChanged(ANA, removal(1, 7), false);
    feeds.membershipChanged(ANA, removal(2, 1), false);
    UserFeeds otherNode = new UserFeeds(database, bus);
    otherNode.membershipChanged(ANA, removal(1, 7), false);
    assertEquals(2, feed(ANA).number());
    assertEquals(List.of(1L, 2L, 1L), bus.entries.stream().map(UserFeedEntry::getNumber).toList());
    assertEquals(Map.of(ANA, 1L), otherNode.takeRecentHeads(), "the first node may be dead");
    assertEquals(Map.of(), otherNode.takeRecentHeads());
  }

  @Test
  void friendsThatAreAboutToChangeMoveTheNumberAndTellNobody() {
    feeds.friendsChange(ANA, BEN);
    assertEquals(Map.of(ANA, 1L, BEN, 1L), feeds.numbers(List.of(ANA, BEN)));
    assertEquals(List.of(), bus.entries);
    assertEquals(List.of(FRIENDS), feed(BEN).above(0));
  }

  @Test
  void onlyTheNewestAreKeptAndWhoMissedMoreIsToldSo() {
    for (int i = 1; i <= UserFeeds.KEPT + 5; i++) {
      feeds.membershipChanged(ANA, removal(i, 1), false);
    }
    UserFeeds.Feed feed = feed(ANA);
    assertEquals(UserFeeds.KEPT + 5, feed.number());
    assertEquals(UserFeeds.KEPT, feed.recent().size());
    assertNull(feed.above(4));
    assertEquals(membership(6, 1), Objects.requireNonNull(feed.above(5)).getFirst());
  }

  @Test
  void manyAtOnceGetOneNumberEach() throws Exception {
    UserFeeds otherNode = new UserFeeds(database, bus);
    List<Callable<Void>> changes = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      int room = i;
      UserFeeds node = i % 2 == 0 ? feeds : otherNode;
      changes.add(
          () -> {
            node.membershipChanged(ANA, removal(room, 1), false);
            return null;
          });
    }
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var done : threads.invokeAll(changes)) {
        done.get();
      }
    }
    assertEquals(
        LongStream.rangeClosed(1, 40).boxed().toList(),
        bus.entries.stream().map(UserFeedEntry::getNumber).sorted().toList());
    assertEquals(40, feed(ANA).number());
  }
}
