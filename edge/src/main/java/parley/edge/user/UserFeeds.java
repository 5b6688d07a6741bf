package parley.edge.user;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import parley.contract.UserId;
import parley.fanout.BusSubscriber;
import parley.fanout.Topic;
import parley.process.Worker;
import parley.proto.relay.UserHead;

/// The users with connections here, each followed on the bus (the `user:{id}` room of R1.7): what
/// is said to a user reaches all its connections. Safe for any thread; nothing blocks.
///
/// @param <C> a connection
public final class UserFeeds<C> implements AutoCloseable {

  /// Every feed is asked for at least once in so many turns, whatever was told of it.
  private static final int SLICES = 12;

  private static final Duration SLICE = Duration.ofSeconds(5);

  /// Within so long all feeds are asked for after a stream to core broke.
  private static final long SPREAD_MILLIS = 1_500;

  /// Longer than a core node is without a stream that only broke (a back-off of 3 s at most).
  private static final Duration SETTLING = Duration.ofSeconds(5);

  private static final class Present<C> {
    final UserFeed<C> feed;
    final List<C> connections = new ArrayList<>(1); // guarded by the map

    Present(UserFeed<C> feed) {
      this.feed = feed;
    }
  }

  private final BusSubscriber bus;
  private final UserNews<C> news;
  private final FeedReader reader;
  private final RecentHeads recent;
  private final Map<UserId, Present<C>> present = new ConcurrentHashMap<>();
  private final Worker checks = Worker.every("user-feed-checks", SLICE, this::checkSlice);
  private int slice; // the worker's

  public UserFeeds(BusSubscriber bus, FeedSource source, UserNews<C> news) {
    this(bus, source, news, new RecentHeads(SETTLING));
  }

  UserFeeds(BusSubscriber bus, FeedSource source, UserNews<C> news, RecentHeads recent) {
    this.bus = bus;
    this.news = news;
    this.reader = new FeedReader(source);
    this.recent = recent;
  }

  /// Begins to ask core for what is missing.
  public void start() {
    reader.start();
    checks.start();
  }

  /// A connection hears of what changes from now on, and of what changed since it signed in.
  ///
  /// @param number of the feed, up to which the connection knows everything
  /// @param asOfNanos when core was asked for it, by {@link System#nanoTime}
  public void add(UserId user, C connection, long number, long asOfNanos) {
    UserFeed<C> feed =
        present.compute(
                user,
                (id, known) -> {
                  Present<C> now = known == null ? follow(id) : known;
                  now.connections.add(connection);
                  return now;
                })
            .feed;
    // Behind the entry in the table: a head that is told now finds it there.
    feed.add(connection, number, recent.of(user));
    if (!recent.completeSince(asOfNanos)) {
      feed.check(SPREAD_MILLIS);
    }
  }

  private Present<C> follow(UserId user) {
    UserFeed<C> feed = new UserFeed<>(user, news, reader);
    bus.follow(new Topic.User(user.value()), feed);
    return new Present<>(feed);
  }

  /// It is over; harmless for one that was never added.
  public void remove(UserId user, C connection) {
    Present<C> known = present.get(user);
    if (known != null) {
      present.computeIfPresent(user, (id, now) -> without(now, id, connection));
      known.feed.remove(connection);
    }
  }

  private @Nullable Present<C> without(Present<C> known, UserId user, C connection) {
    boolean last = known.connections.remove(connection) && known.connections.isEmpty();
    if (last) {
      bus.unfollow(new Topic.User(user.value()));
    }
    return last ? null : known;
  }

  /// Core says where feeds stand.
  public void headsTold(Iterable<UserHead> heads) {
    for (UserHead head : heads) {
      UserId user = new UserId(head.getUserId());
      recent.told(user, head.getNumber()); // first: who is added now looks there last
      Present<C> known = present.get(user);
      if (known != null) {
        known.feed.headTold(head.getNumber());
      }
    }
  }

  /// A core node is gone, with heads that it may not have told: all are asked for, a few at a time.
  public void askAll() {
    recent.doubt(); // first, as above
    present.values().forEach(known -> known.feed.check(SPREAD_MILLIS));
  }

  private void checkSlice() {
    slice = (slice + 1) % SLICES;
    present.forEach(
        (user, known) -> {
          if (Math.floorMod(user.hashCode(), SLICES) == slice) {
            known.feed.check(0);
          }
        });
  }

  /// How many users are here.
  public int size() {
    return present.size();
  }

  @Override
  public void close() {
    checks.close();
    reader.close();
  }
}
