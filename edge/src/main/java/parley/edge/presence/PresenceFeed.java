package parley.edge.presence;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import parley.edge.engineio.Packet;
import parley.edge.room.Member;
import parley.edge.upstream.PresenceClient;
import parley.edge.vocabulary.PresencePackets;
import parley.fanout.BusSubscriber;
import parley.fanout.Topic;
import parley.fanout.TopicListener;
import parley.process.Backoff;
import parley.process.RareWarning;
import parley.process.Worker;
import parley.proto.bus.BusEvent;
import parley.proto.bus.PresenceChanges;
import parley.proto.presence.PresenceChange;
import parley.proto.presence.Presences;

/// Changes of users' presence, on their way from the bus to those whom they concern. Old ones are
/// dropped by their version. What waits is told together, and after many were told there is a short
/// pause, so that in a storm each hears of many at a time. When the bus was not heard for a while,
/// or a publication is missing, presence is asked what changed meanwhile, until all was answered.
public final class PresenceFeed implements TopicListener, AutoCloseable {

  private static final System.Logger LOG = System.getLogger(PresenceFeed.class.getName());
  private static final RareWarning STRANGE = new RareWarning(LOG);
  private static final RareWarning TOO_MANY = new RareWarning(LOG);
  private static final int WAITING = 8_192;

  /// After so many were told something, the next telling waits for so long.
  private static final int MANY = 200;

  private static final long PAUSE_MILLIS = 20;
  private static final int TOGETHER = 64;

  /// Packets that are joined: python-engineio takes so many in one answer to a poll.
  private static final int JOINED = 16;

  private sealed interface Work {
    record Published(byte[] payload) implements Work {}

    /// Something may have been missed.
    record Look() implements Work {}
  }

  private final Interests interests;
  private final PresenceClient presence;
  private final PresencePackets packets;
  private final BlockingQueue<Work> waiting = new ArrayBlockingQueue<>(WAITING);
  private final Versions versions = new Versions(); // the thread's
  private final Numbers numbers = new Numbers(); // the thread's
  private final AtomicBoolean mayHaveMissed = new AtomicBoolean();
  private final Missed missed = new Missed(); // the thread's
  private final Backoff backoff = new Backoff(); // the thread's
  private long askAtNanos = System.nanoTime(); // the thread's
  private final List<Work> works = new ArrayList<>(); // the thread's
  private final Worker worker = Worker.thread("presence-feed", this::turn);

  public PresenceFeed(Interests interests, PresenceClient presence, PresencePackets packets) {
    this.interests = interests;
    this.presence = presence;
    this.packets = packets;
  }

  /// Begins to listen.
  public void start(BusSubscriber bus) {
    worker.start();
    bus.follow(new Topic.All(), this);
  }

  /// The stream to presence stands anew: changes may have been missed.
  public void missedSome() {
    mayHaveMissed.set(true);
    var unused = waiting.offer(new Work.Look()); // what is waiting already does as well
  }

  @Override
  public void event(byte[] payload) {
    if (!waiting.offer(new Work.Published(payload))) {
      TOO_MANY.warn("too many presence changes; asked for again later");
      waiting.clear();
      missedSome();
    }
  }

  @Override
  public void begun(long epoch) {
    missedSome();
  }

  @Override
  public void broken() {}

  private void turn() throws InterruptedException {
    works.clear();
    Work first = missed.from() == null ? waiting.take() : nextOrTimeToAsk();
    if (first != null) {
      works.add(first);
      waiting.drainTo(works, TOGETHER - 1);
    }
    if (carryOut(works) >= MANY) {
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
    }
  }

  private @Nullable Work nextOrTimeToAsk() throws InterruptedException {
    return waiting.poll(Math.max(0, askAtNanos - System.nanoTime()), TimeUnit.NANOSECONDS);
  }

  /// @return how many were told something
  private int carryOut(List<Work> works) {
    List<PresenceChange> changes = new ArrayList<>();
    boolean hole = mayHaveMissed.getAndSet(false);
    for (Work work : works) {
      switch (work) {
        case Work.Published(byte[] payload) -> hole |= published(payload, changes);
        case Work.Look() -> {}
      }
    }
    if (hole) {
      missed.since(versions.newest()); // as it is before what came behind the hole
    }
    int told = tell(changes);
    Long from = missed.from();
    if (from == null || System.nanoTime() - askAtNanos < 0) {
      return told;
    }
    return told + tell(asked(from));
  }

  /// A page of what was missed. What is not answered is asked again, after a while.
  private List<PresenceChange> asked(long from) {
    Optional<Presences> page = presence.changesSince(from);
    if (page.isPresent()) {
      backoff.reset();
    } else {
      askAtNanos = System.nanoTime() + backoff.next().toNanos();
    }
    return missed.answered(page).stream().map(versions::asMissed).toList();
  }

  /// @param changes gets what was published
  /// @return true when there must have been something before it that did not come
  private boolean published(byte[] payload, List<PresenceChange> changes) {
    try {
      PresenceChanges published = BusEvent.parseFrom(payload).getPresence();
      changes.addAll(published.getChangesList());
      return numbers.hole(published.getNodeId(), published.getNumber());
    } catch (InvalidProtocolBufferException e) {
      STRANGE.warn("no event of ours on the channel of all");
      return false;
    }
  }

  private int tell(List<PresenceChange> changes) {
    IdentityHashMap<Member, List<Packet>> news = new IdentityHashMap<>();
    for (PresenceChange change : changes) {
      Set<Member> concerned = versions.isNews(change) ? interests.of(change) : Set.of();
      if (!concerned.isEmpty()) {
        Packet packet = packets.changed(change);
        concerned.forEach(
            member -> news.computeIfAbsent(member, m -> new ArrayList<>()).add(packet));
      }
    }
    Map<List<Packet>, List<Packet>> shared = new HashMap<>(); // most hear the same
    news.forEach(
        (member, theirs) ->
            shared
                .computeIfAbsent(theirs, all -> joined(all, news.size() >= MANY))
                .forEach(member::send)); // a slow one is its outbox's affair
    return news.size();
  }

  private static List<Packet> joined(List<Packet> packets, boolean forMany) {
    List<Packet> joined = new ArrayList<>();
    for (int from = 0; from < packets.size(); from += JOINED) {
      int to = Math.min(packets.size(), from + JOINED);
      Packet one = Packet.joined(packets.subList(from, to));
      joined.add(forMany ? one.forMany() : one);
    }
    return joined;
  }

  @Override
  public void close() {
    worker.close();
  }
}
