package parley.edge.user;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import parley.contract.UserId;
import parley.fanout.BusSubscriber;
import parley.fanout.Topic;
import parley.fanout.TopicListener;
import parley.proto.bus.BusEvent;
import parley.proto.bus.FriendsChanged;
import parley.proto.bus.MessagesRead;
import parley.proto.bus.UserFeedEntry;
import parley.proto.chat.MemberAdded;
import parley.proto.chat.RoomEvent;
import parley.proto.relay.UserFeed;
import parley.proto.relay.UserHead;

/// What is said to a user arrives once and in order, whatever the bus does.
@Timeout(60)
class UserFeedTest {

  private static final UserId ANA = new UserId("ana");

  private final Bus bus = new Bus();
  private final Core core = new Core();
  private final Told told = new Told();
  private final UserFeeds<String> feeds = new UserFeeds<>(bus, core, told);

  @AfterEach
  void stop() {
    feeds.close();
  }

  /// A bus that does what the test says.
  private static final class Bus implements BusSubscriber {
    final Map<Topic, TopicListener> listeners = new ConcurrentHashMap<>();
    final AtomicInteger follows = new AtomicInteger();

    @Override
    public void follow(Topic topic, TopicListener listener) {
      follows.incrementAndGet();
      listeners.put(topic, listener);
    }

    @Override
    public void unfollow(Topic topic) {
      listeners.remove(topic);
    }

    @Override
    public boolean connected() {
      return true;
    }

    @Override
    public void close() {}

    TopicListener of(UserId user) {
      TopicListener listener = listeners.get(new Topic.User(user.value()));
      if (listener == null) {
        throw new IllegalStateException("nobody follows " + user);
      }
      return listener;
    }

    void publish(UserFeedEntry entry) {
      publish(BusEvent.newBuilder().setUserFeed(entry));
    }

    void publish(BusEvent.Builder event) {
      of(ANA).event(event.build().toByteArray());
    }
  }

  /// Core, with one user's feed, or none.
  private static final class Core implements FeedSource {
    final List<UserFeedEntry> entries = new CopyOnWriteArrayList<>();
    final List<Map<UserId, Long>> questions = new CopyOnWriteArrayList<>();
    volatile List<String> friends = List.of();
    volatile boolean away;
    volatile boolean anew;
    volatile boolean numberAlone;

    @Override
    public void read(Map<UserId, Long> since, Consumer<@Nullable Map<UserId, UserFeed>> answer) {
      questions.add(Map.copyOf(since));
      Map<UserId, UserFeed> feeds = new HashMap<>();
      Long from = since.get(ANA);
      if (from != null && from != entries.size()) {
        feeds.put(ANA, feed(from));
      }
      answer.accept(away ? null : feeds);
    }

    private UserFeed feed(long from) {
      UserFeed.Builder feed =
          UserFeed.newBuilder()
              .setUserId(ANA.value())
              .setNumber(entries.size())
              .addAllFriendIds(friends);
      if (numberAlone) {
        numberAlone = false;
        return feed.setNumberAlone(true).build();
      }
      return anew
          ? feed.setAnew(true).addAllEntries(entries).build()
          : feed.addAllEntries(entries.subList((int) from, entries.size())).build();
    }

    /// The user's next change.
    UserFeedEntry member(String room) {
      return add(
          UserFeedEntry.newBuilder()
              .setMembership(
                  RoomEvent.newBuilder()
                      .setRoomId(room)
                      .setMemberAdded(MemberAdded.getDefaultInstance())));
    }

    UserFeedEntry friends(String... nowFriends) {
      friends = List.of(nowFriends);
      return add(UserFeedEntry.newBuilder().setFriends(FriendsChanged.getDefaultInstance()));
    }

    private UserFeedEntry add(UserFeedEntry.Builder entry) {
      entries.add(entry.setNumber(entries.size() + 1L).build());
      return entries.getLast();
    }
  }

  /// What each connection heard.
  private static final class Told implements UserNews<String> {
    private final Map<String, List<String>> heard = new ConcurrentHashMap<>();

    private void all(Collection<String> connections, String what) {
      connections.forEach(
          one -> heard.computeIfAbsent(one, id -> new CopyOnWriteArrayList<>()).add(what));
    }

    List<String> by(String connection) {
      return heard.getOrDefault(connection, List.of());
    }

    @Override
    public void membership(Collection<String> connections, UserFeedEntry entry) {
      all(connections, entry.getMembership().getRoomId());
      if (entry.getMembership().getRoomId().equals("throws")) {
        throw new IllegalStateException("a test's");
      }
    }

    @Override
    public void friends(Collection<String> connections, List<String> friends) {
      all(connections, "friends " + friends);
    }

    @Override
    public void anew(
        Collection<String> connections, List<UserFeedEntry> memberships, List<String> friends) {
      List<String> rooms = memberships.stream().map(m -> m.getMembership().getRoomId()).toList();
      all(connections, "anew " + rooms + " " + friends);
    }

    @Override
    public void read(Collection<String> connections, MessagesRead read) {
      all(connections, "read in " + read.getRoomId());
    }

    @Override
    public void taken(String pid) {
      all(List.of("edge"), "taken " + pid);
    }

    @Override
    public void afterSilence(Collection<String> connections) {
      all(connections, "after silence");
    }
  }

  private void awaitHeard(String connection, String... what) {
    await().untilAsserted(() -> assertEquals(List.of(what), told.by(connection)));
  }

  private void headTold(long number) {
    feeds.headsTold(
        List.of(UserHead.newBuilder().setUserId(ANA.value()).setNumber(number).build()));
  }

  @Test
  void whatTheBusBringsInOrderIsToldAtOnceWithoutAskingCore() {
    feeds.start();
    feeds.add(ANA, "phone", 0);
    bus.publish(core.member("one"));
    bus.publish(core.member("two"));
    assertEquals(List.of("one", "two"), told.by("phone"));
    assertEquals(List.of(), core.questions);
  }

  @Test
  void whatTheBusRepeatsIsToldOnce() {
    feeds.add(ANA, "phone", 0);
    UserFeedEntry one = core.member("one");
    bus.publish(one);
    bus.publish(one);
    bus.publish(core.member("two"));
    bus.publish(one);
    assertEquals(List.of("one", "two"), told.by("phone"));
  }

  @Test
  void aHoleIsFilledFromCoreInOrder() {
    feeds.start();
    feeds.add(ANA, "phone", 0);
    core.member("lost");
    bus.publish(core.member("two"));
    awaitHeard("phone", "lost", "two");
  }

  @Test
  void publicationsOfTwoNodesThatCrossAreBothTold() {
    feeds.start();
    feeds.add(ANA, "phone", 0);
    UserFeedEntry one = core.member("one");
    bus.publish(core.member("two"));
    bus.publish(one);
    awaitHeard("phone", "one", "two");
  }

  @Test
  void aHeadThatCoreTellsIsEnoughWhileTheBusIsAway() {
    feeds.start();
    feeds.add(ANA, "phone", 0);
    bus.of(ANA).broken();
    core.member("one");
    headTold(1);
    awaitHeard("phone", "one");
  }

  @Test
  void whenTheBusIsBackTheFeedIsAskedForAndConnectionsMayHaveBeenTaken() {
    feeds.start();
    feeds.add(ANA, "phone", 0);
    bus.of(ANA).begun(1);
    await().until(() -> core.questions.size() == 1);
    bus.of(ANA).broken();
    core.member("one");
    bus.of(ANA).begun(2);
    awaitHeard("phone", "after silence", "one");
  }

  /// Between the sign-in answer and the moment from which the bus is heard.
  @Test
  void whatChangedBeforeTheBusWasHeardIsFound() {
    feeds.start();
    core.member("before the sign-in");
    feeds.add(ANA, "phone", 1);
    core.member("after it");
    bus.of(ANA).begun(1);
    awaitHeard("phone", "after it");
  }

  @Test
  void eachConnectionHearsWhatItsOwnSignInDidNotSay() {
    feeds.start();
    feeds.add(ANA, "phone", 0);
    core.member("one");
    core.member("two");
    feeds.add(ANA, "laptop", 2);
    awaitHeard("phone", "one", "two");
    bus.publish(core.member("three"));
    awaitHeard("phone", "one", "two", "three");
    awaitHeard("laptop", "three");
    feeds.add(ANA, "slow", 1);
    awaitHeard("slow", "two", "three");
    assertEquals(List.of("three"), told.by("laptop"));
    assertEquals(1, bus.follows.get());
  }

  @Test
  void friendsAreReadAsTheyAreNow() {
    feeds.start();
    feeds.add(ANA, "phone", 0);
    core.friends("ben");
    bus.publish(core.friends("ben", "cleo"));
    awaitHeard("phone", "friends [ben, cleo]");
  }

  @Test
  void whenChangesAreNotKeptThePresentIsTold() {
    feeds.start();
    feeds.add(ANA, "phone", 0);
    core.member("one");
    core.friends("ben");
    core.anew = true;
    headTold(2);
    await().until(() -> !told.by("phone").isEmpty());
    assertTrue(told.by("phone").getFirst().startsWith("anew [one"), () -> told.heard.toString());
    core.anew = false;
    bus.publish(core.member("three"));
    await().until(() -> told.by("phone").contains("three"));
    assertEquals(2, told.by("phone").size());
  }

  /// A database that was put back to an older state.
  @Test
  void numbersThatCoreDoesNotKnowAnyMoreBeginAnew() {
    feeds.start();
    core.member("one");
    core.anew = true;
    feeds.add(ANA, "phone", 7);
    bus.of(ANA).begun(1);
    awaitHeard("phone", "anew [one] []");
    core.anew = false;
    bus.publish(core.member("two"));
    awaitHeard("phone", "anew [one] []", "two");
  }

  @Test
  void whileCoreIsAwayItIsAskedAgain() {
    feeds.start();
    core.away = true;
    feeds.add(ANA, "phone", 0);
    core.member("lost");
    bus.publish(core.member("two"));
    await().until(() -> core.questions.size() >= 3);
    assertEquals(List.of(), told.by("phone"));
    core.away = false;
    awaitHeard("phone", "lost", "two");
  }

  @Test
  void anAnswerThatWasFullIsFollowedByAnotherQuestion() {
    feeds.start();
    feeds.add(ANA, "phone", 0);
    core.numberAlone = true;
    core.member("one");
    headTold(1);
    awaitHeard("phone", "one");
  }

  @Test
  void newsThatThrowAreNotTheEndOfTheFeed() {
    feeds.start();
    feeds.add(ANA, "phone", 0);
    bus.publish(core.member("throws"));
    bus.publish(core.member("two"));
    awaitHeard("phone", "throws", "two");
  }

  @Test
  void receiptsAndTakenConnectionsGoThrough() {
    feeds.add(ANA, "phone", 0);
    bus.publish(BusEvent.newBuilder().setRead(MessagesRead.newBuilder().setRoomId("one")));
    BusEvent.Builder taken = BusEvent.newBuilder();
    taken.getConnectionTakenBuilder().setPid("secret");
    bus.publish(taken);
    assertEquals(List.of("read in one"), told.by("phone"));
    assertEquals(List.of("taken secret"), told.by("edge"));
  }

  @Test
  void aFeedIsFollowedForAsLongAsAConnectionIsThere() {
    feeds.add(ANA, "phone", 0);
    feeds.add(ANA, "laptop", 0);
    feeds.remove(ANA, "phone");
    feeds.remove(ANA, "phone");
    feeds.remove(ANA, "never there");
    bus.publish(core.member("one"));
    assertEquals(List.of("one"), told.by("laptop"));
    assertEquals(List.of(), told.by("phone"));
    feeds.remove(ANA, "laptop");
    assertEquals(0, feeds.size());
    assertEquals(Map.of(), bus.listeners);
  }

  @Test
  void anEdgeFullOfPeopleAsksForManyAtOnceAndForNobodyTwice() {
    feeds.start();
    List<UserId> users = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      users.add(new UserId("user-" + i));
      feeds.add(users.getLast(), "connection-" + i, 0);
    }
    users.forEach(user -> bus.of(user).begun(1));
    await()
        .untilAsserted(
            () -> assertEquals(2_000, core.questions.stream().mapToInt(Map::size).sum()));
    assertTrue(
        core.questions.size() <= 60, () -> core.questions.size() + " questions, of 200 at most");
    core.questions.forEach(question -> assertTrue(question.size() <= 200));
  }
}
