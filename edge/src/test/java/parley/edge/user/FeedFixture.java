package parley.edge.user;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import parley.contract.UserId;
import parley.fanout.BusSubscriber;
import parley.fanout.Topic;
import parley.fanout.TopicListener;
import parley.proto.bus.BusEvent;
import parley.proto.bus.FriendsChanged;
import parley.proto.bus.MessagesRead;
import parley.proto.bus.ReadState;
import parley.proto.bus.UserFeedEntry;
import parley.proto.chat.MemberAdded;
import parley.proto.chat.RoomEvent;
import parley.proto.relay.UserFeed;
import parley.proto.relay.UserHead;

/// Feeds of users over a bus and a core that do what a test says.
@Timeout(60)
abstract class FeedFixture {

  static final UserId ANA = new UserId("ana");

  final Bus bus = new Bus();
  final Core core = new Core();
  final Told told = new Told();
  final UserFeeds<String> feeds = new UserFeeds<>(bus, core, told, new RecentHeads(Duration.ZERO));

  @AfterEach
  void stop() {
    feeds.close();
  }

  /// A bus that does what the test says.
  static final class Bus implements BusSubscriber {
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
  static final class Core implements FeedSource {
    final List<UserFeedEntry> entries = new CopyOnWriteArrayList<>();
    final List<Map<UserId, Long>> questions = new CopyOnWriteArrayList<>();
    volatile List<String> friends = List.of();
    volatile boolean away;
    volatile boolean anew;
    volatile boolean numberAlone;
    volatile boolean notRead;

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
      if (notRead) {
        return UserFeed.newBuilder().setUserId(ANA.value()).setNotRead(true).build();
      }
      if (numberAlone) {
        numberAlone = false;
        return feed.setNumberAlone(true).build();
      }
      return anew || from > entries.size()
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
  static final class Told implements UserNews<String> {
    final Map<String, List<String>> heard = new ConcurrentHashMap<>();

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
    public void readState(Collection<String> connections, ReadState state) {
      all(connections, "own read of " + state.getRoomId());
    }

    @Override
    public void taken(String pid, String edge) {
      all(List.of("edge"), "taken " + pid + " of " + edge);
    }

    @Override
    public void afterSilence(Collection<String> connections) {
      all(connections, "after silence");
    }
  }

  /// One of the user's connections that has just signed in.
  void arrive(String connection, long number) {
    feeds.add(ANA, connection, number, System.nanoTime());
  }

  /// One whose sign-in took long.
  void arriveLate(String connection, long number) {
    feeds.add(ANA, connection, number, System.nanoTime() - TimeUnit.SECONDS.toNanos(20));
  }

  void awaitHeard(String connection, String... what) {
    await().untilAsserted(() -> assertEquals(List.of(what), told.by(connection)));
  }

  void headTold(long number) {
    feeds.headsTold(
        List.of(UserHead.newBuilder().setUserId(ANA.value()).setNumber(number).build()));
  }
}
