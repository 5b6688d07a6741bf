package parley.edge.presence;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import parley.edge.engineio.Packet;
import parley.edge.room.Member;
import parley.edge.upstream.PresenceClient;
import parley.edge.vocabulary.PresencePackets;
import parley.fanout.BusSubscriber;
import parley.fanout.Topic;
import parley.fanout.TopicListener;
import parley.proto.bus.BusEvent;
import parley.proto.bus.PresenceChanges;
import parley.proto.presence.PresenceChange;

/// Changes of users' presence, on their way from the bus to those whom they concern. Old ones are
/// dropped by their version. When the bus was not heard for a while, or a publication is missing,
/// presence is asked what changed meanwhile.
public final class PresenceFeed implements TopicListener, AutoCloseable {

  private static final System.Logger LOG = System.getLogger(PresenceFeed.class.getName());
  private static final int WAITING = 8_192;

  /// Two nodes' versions may cross by so much, in microseconds.
  private static final long OVERLAP_MICROS = 5_000_000;

  private sealed interface Work {
    record Published(byte[] payload) implements Work {}

    record AskWhatWasMissed() implements Work {}
  }

  private final Interests interests;
  private final PresenceClient presence;
  private final PresencePackets packets;
  private final BlockingQueue<Work> waiting = new ArrayBlockingQueue<>(WAITING);
  private final Versions versions = new Versions(); // the thread's
  private final Numbers numbers = new Numbers(); // the thread's
  private final Thread thread = Thread.ofVirtual().name("presence-feed").unstarted(this::run);

  public PresenceFeed(Interests interests, PresenceClient presence, PresencePackets packets) {
    this.interests = interests;
    this.presence = presence;
    this.packets = packets;
  }

  /// Begins to listen.
  public void start(BusSubscriber bus) {
    thread.start();
    bus.follow(new Topic.All(), this);
  }

  /// The stream to presence stands anew: changes may have been missed.
  public void missedSome() {
    offer(new Work.AskWhatWasMissed());
  }

  @Override
  public void event(byte[] payload) {
    if (!waiting.offer(new Work.Published(payload))) {
      LOG.log(System.Logger.Level.WARNING, "too many presence changes; asked for again later");
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

  private void offer(Work work) {
    if (!waiting.offer(work)) {
      LOG.log(System.Logger.Level.DEBUG, "much is waiting already");
    }
  }

  private void run() {
    while (!Thread.currentThread().isInterrupted()) {
      try {
        carryOut(waiting.take());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (RuntimeException e) {
        LOG.log(System.Logger.Level.ERROR, "presence feed, " + UUID.randomUUID(), e);
      }
    }
  }

  private void carryOut(Work work) {
    switch (work) {
      case Work.Published(byte[] payload) -> {
        try {
          PresenceChanges changes = BusEvent.parseFrom(payload).getPresence();
          tell(changes.getChangesList());
          if (numbers.hole(changes.getNodeId(), changes.getNumber())) {
            missedSome();
          }
        } catch (InvalidProtocolBufferException e) {
          LOG.log(System.Logger.Level.WARNING, "no event of ours on the channel of all");
        }
      }
      case Work.AskWhatWasMissed() ->
          tell(
              presence.changesSince(versions.newest() - OVERLAP_MICROS).stream()
                  .map(versions::asMissed)
                  .toList());
    }
  }

  private void tell(List<PresenceChange> changes) {
    for (PresenceChange change : changes) {
      if (versions.isNews(change)) {
        tell(change);
      }
    }
  }

  private void tell(PresenceChange change) {
    Packet packet = null;
    for (Member member : interests.of(change)) {
      packet = packet == null ? packets.changed(change) : packet;
      var unused = member.send(packet); // a slow one is its outbox's affair
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
