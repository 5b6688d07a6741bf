package parley.edge.user;

import com.google.protobuf.InvalidProtocolBufferException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import parley.contract.UserId;
import parley.fanout.TopicListener;
import parley.process.Backoff;
import parley.process.RareWarning;
import parley.proto.bus.BusEvent;
import parley.proto.bus.ConnectionTaken;
import parley.proto.bus.UserFeedEntry;

/// A user with connections here. Each connection has the number up to which it has heard the feed,
/// beginning with the one that its sign-in answer included, and hears every number above once, in
/// order: what the bus repeats is dropped; what it skipped is read from core.
///
/// What concerns the feed is queued, and handled by one thread at a time, without a lock: by
/// whoever brought it, so nothing here blocks.
final class UserFeed<C> implements TopicListener {

  private static final System.Logger LOG = System.getLogger(UserFeed.class.getName());
  private static final RareWarning STRANGE = new RareWarning(LOG);

  /// A hole may close by itself: two core nodes' publications can cross.
  private static final long CROSSING_NANOS = TimeUnit.MILLISECONDS.toNanos(40);

  /// Within so long the feeds of an edge whose bus is back are asked for.
  private static final long SPREAD_MILLIS = 1_000;

  private static final long NOBODY = -1;

  /// So often core may have nothing of what was told, before that is doubted: what is told can be
  /// newer than what was asked.
  private static final int MOST_MISSING = 2;

  /// A connection and the last number that it has heard.
  private static final class Heard<C> {
    final C connection;
    long number;

    Heard(C connection, long number) {
      this.connection = connection;
      this.number = number;
    }
  }

  private final UserId user;
  private final UserNews<C> news;
  private final FeedReader reader;
  private final ConcurrentLinkedQueue<Runnable> inbox = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicBoolean asking = new AtomicBoolean();
  private volatile boolean behind; // there is more than a connection has heard
  private volatile boolean unsure; // there may be
  private volatile @Nullable Long dueAt; // when core will be asked
  private volatile long since = NOBODY; // the number above which core will be asked

  // Of the thread that handles the inbox.
  private final List<Heard<C>> connections = new ArrayList<>(1);
  private long told;
  private boolean silent;
  private int missing; // answers in a row without what was told
  private @Nullable Backoff backoff;

  UserFeed(UserId user, UserNews<C> news, FeedReader reader) {
    this.user = user;
    this.news = news;
    this.reader = reader;
  }

  UserId user() {
    return user;
  }

  /// A connection hears everything above a number from now on.
  ///
  /// @param head the newest number that is known
  void add(C connection, long number, long head) {
    handle(
        () -> {
          connections.add(new Heard<>(connection, number));
          told = Math.max(told, Math.max(number, head));
        });
  }

  /// The connection hears no more; what is being told at this moment may still reach it.
  void remove(C connection) {
    handle(() -> connections.removeIf(heard -> heard.connection.equals(connection)));
  }

  /// Core says where the feed stands.
  void headTold(long number) {
    handle(() -> told = Math.max(told, number));
  }

  /// Core may not have said where the feed stands.
  void check(long withinMillis) {
    unsure = true;
    askAt(FeedReader.within(withinMillis));
  }

  @Override
  public void event(byte[] payload) {
    BusEvent event;
    try {
      event = BusEvent.parseFrom(payload);
    } catch (InvalidProtocolBufferException e) {
      STRANGE.warn("no event of ours on the channel of user {0}", user);
      return;
    }
    switch (event.getKindCase()) {
      case USER_FEED -> handle(() -> take(event.getUserFeed()));
      case READ -> handle(() -> news.read(heardBy(heard -> true), event.getRead()));
      case READ_STATE -> handle(() -> news.readState(heardBy(heard -> true), event.getReadState()));
      case CONNECTION_TAKEN -> {
        ConnectionTaken taken = event.getConnectionTaken();
        news.taken(taken.getPid(), taken.getEdgeId());
      }
      default -> {} // for rooms, or for all
    }
  }

  /// What was published before a feed was first heard is told by core's heads.
  @Override
  public void begun(long epoch) {
    handle(
        () -> {
          if (silent) {
            silent = false;
            check(SPREAD_MILLIS);
            news.afterSilence(heardBy(heard -> true));
          }
        });
  }

  @Override
  public void broken() {
    handle(() -> silent = true);
  }

  /// Core is about to be asked, unless it is being asked, or nobody is here.
  ///
  /// @return the number above which to read; null when there is nothing to be asked
  @Nullable Long asked() {
    dueAt = null;
    long from = since;
    boolean reason = from != NOBODY && (behind || unsure);
    if (!reason || !asking.compareAndSet(false, true)) {
      return null; // the present question's answer is followed by another one if need be
    }
    unsure = false;
    return from;
  }

  /// Core answered.
  ///
  /// @param from the number above which was asked
  /// @param feed null when there is nothing above it
  void answered(long from, parley.proto.relay.@Nullable UserFeed feed) {
    asking.set(false);
    handle(
        () -> {
          missing = feed == null && from < told && missing <= MOST_MISSING ? missing + 1 : 0;
          if (missing >= MOST_MISSING) {
            pause();
            return;
          }
          backoff = null;
          if (feed != null && feed.getNumberAlone()) {
            told = Math.max(told, feed.getNumber());
            unsure |= feed.getNumber() < from; // what is now has to be read
          } else if (feed != null && feed.getAnew()) {
            anew(from, feed);
          } else if (feed != null) {
            takeAll(feed);
          }
        });
  }

  /// Core could not be asked.
  void notAnswered() {
    asking.set(false);
    handle(this::pause);
  }

  /// Core is asked a while later, whatever comes meanwhile.
  private void pause() {
    unsure = true;
    Backoff pauses =
        backoff == null ? new Backoff(Duration.ofMillis(250), Duration.ofSeconds(3)) : backoff;
    backoff = pauses;
    askAt(System.nanoTime() + pauses.next().toNanos());
  }

  private void handle(Runnable signal) {
    inbox.add(signal);
    if (waiting.getAndIncrement() > 0) {
      return;
    }
    do {
      try {
        Runnable next = inbox.poll();
        if (next != null) {
          next.run();
        }
      } catch (RuntimeException e) {
        LOG.log(System.Logger.Level.ERROR, "feed of user " + user + ", " + UUID.randomUUID(), e);
      }
      settle();
    } while (waiting.decrementAndGet() > 0);
  }

  private void settle() {
    long lowest = Long.MAX_VALUE;
    for (Heard<C> heard : connections) {
      lowest = Math.min(lowest, heard.number);
    }
    // Of a number that it never gave, or that it lost, core says what is now.
    since = connections.isEmpty() ? NOBODY : missing > MOST_MISSING ? told : lowest;
    behind = !connections.isEmpty() && lowest < told;
    if (backoff != null) {
      return; // core is asked when the pause is over
    }
    if (behind) {
      askAt(System.nanoTime() + CROSSING_NANOS);
    } else if (unsure && dueAt == null) {
      askAt(FeedReader.within(SPREAD_MILLIS));
    }
  }

  private void askAt(long nanos) {
    Long before = dueAt;
    if (before == null || nanos - before < 0) {
      dueAt = nanos;
      reader.ask(this, nanos);
    }
  }

  /// The next number is told; one beyond it is read from core, with those before it.
  private void take(UserFeedEntry entry) {
    told = Math.max(told, entry.getNumber());
    if (entry.hasMembership()) { // friends are read
      tell(entry);
    }
  }

  private void tell(UserFeedEntry entry) {
    List<C> concerned = heardBy(heard -> heard.number == entry.getNumber() - 1);
    for (Heard<C> heard : connections) {
      if (heard.number == entry.getNumber() - 1) {
        heard.number = entry.getNumber();
      }
    }
    if (!concerned.isEmpty() && entry.hasMembership()) {
      news.membership(concerned, entry);
    }
  }

  private void takeAll(parley.proto.relay.UserFeed feed) {
    told = Math.max(told, feed.getNumber());
    List<C> concerned = new ArrayList<>();
    for (UserFeedEntry entry : feed.getEntriesList()) {
      if (entry.hasFriends()) {
        concerned.addAll(heardBy(heard -> heard.number == entry.getNumber() - 1));
      }
      tell(entry);
    }
    List<C> distinct = concerned.stream().distinct().toList();
    if (!distinct.isEmpty()) {
      news.friends(distinct, feed.getFriendIdsList());
    }
  }

  /// @param from a number above the feed's: what was given once is not known to core any more
  private void anew(long from, parley.proto.relay.UserFeed feed) {
    long number = feed.getNumber();
    boolean setBack = number < from;
    List<C> concerned = heardBy(heard -> heard.number < number || setBack);
    told = setBack ? number : Math.max(told, number);
    for (Heard<C> heard : connections) {
      heard.number = setBack ? number : Math.max(heard.number, number);
    }
    if (!concerned.isEmpty()) {
      news.anew(concerned, feed.getEntriesList(), feed.getFriendIdsList());
    }
  }

  private List<C> heardBy(Predicate<Heard<C>> which) {
    return connections.stream().filter(which).map(heard -> heard.connection).toList();
  }
}
