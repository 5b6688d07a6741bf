package parley.edge.presence;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import parley.edge.NoBus;
import parley.edge.upstream.FakePresence;
import parley.edge.upstream.PresenceClient;
import parley.edge.vocabulary.Payloads;
import parley.edge.vocabulary.RoomPackets;
import parley.proto.bus.BusEvent;
import parley.proto.bus.PresenceChanges;
import parley.proto.presence.PresenceChange;
import parley.proto.presence.PresenceReply;
import parley.proto.presence.PresenceRequest;
import parley.proto.presence.Presences;
import parley.proto.presence.Status;
import parley.proto.presence.UserPresence;

/// What the bus lost of presence is asked for until it was answered, all of it.
@Timeout(60)
class PresenceFeedTest {

  private static final Duration SOON = Duration.ofSeconds(15);
  private static final int MISSED = 6_000;

  private final long began = System.currentTimeMillis() * 1_000;
  private final AtomicInteger unanswered = new AtomicInteger();
  private FakePresence node;
  private PresenceClient client;
  private PresenceFeed feed;

  @BeforeEach
  void start() throws Exception {
    node = new FakePresence(0);
    node.answers = this::answer;
    client =
        new PresenceClient(
            "edge",
            List.of(node.address()),
            FakePresence.TOKEN,
            Collections::emptyIterator,
            () -> {});
    feed =
        new PresenceFeed(
            new Interests(true), client, new RoomPackets(new Payloads(true)).presence());
    client.start();
    await().atMost(SOON).until(client::connected);
    feed.start(new NoBus());
  }

  @AfterEach
  void stop() {
    feed.close();
    client.close();
    node.close();
  }

  /// The node remembers 6,000 changes and tells 1,000 at a time.
  private PresenceReply.Builder answer(PresenceRequest request, PresenceReply.Builder reply) {
    if (!request.hasChanges()) {
      return reply;
    }
    if (unanswered.getAndDecrement() > 0) {
      return reply.setId(-1); // nobody's
    }
    Presences.Builder page = Presences.newBuilder();
    long first = Math.max(0, request.getChanges().getSince() - began);
    for (long i = first; i < Math.min(first + 1_000, MISSED); i++) {
      page.addUsers(change("user-" + i, began + i + 1));
    }
    if (first + 1_000 < MISSED) {
      page.setMoreSince(began + first + 1_000);
    }
    return reply.setPresences(page);
  }

  private static PresenceChange change(String user, long version) {
    return PresenceChange.newBuilder()
        .setPresence(
            UserPresence.newBuilder().setUserId(user).setVersion(version).setStatus(Status.ONLINE))
        .build();
  }

  private List<Long> asked() {
    List<Long> since = new ArrayList<>();
    node.told().stream()
        .filter(PresenceRequest::hasChanges)
        .forEach(request -> since.add(request.getChanges().getSince()));
    return since;
  }

  private boolean askedForTheLastPage() {
    List<Long> asked = asked();
    return !asked.isEmpty() && asked.getLast() == began + MISSED - 1_000;
  }

  @Test
  void aStormIsAskedForPageByPage() {
    feed.missedSome();
    await().atMost(SOON).until(this::askedForTheLastPage);
    assertEquals(6, asked().size());
  }

  @Test
  void aQuestionWithoutAnAnswerIsAskedAgainThoughNewerChangesCame() {
    unanswered.set(1);
    feed.missedSome();
    await().atMost(SOON).until(() -> asked().size() == 1);
    long newer = began + 60_000_000;
    feed.event(
        BusEvent.newBuilder()
            .setPresence(
                PresenceChanges.newBuilder()
                    .setNodeId("node")
                    .setNumber(1)
                    .addChanges(change("newer", newer)))
            .build()
            .toByteArray());
    await().atMost(SOON).until(this::askedForTheLastPage);
    assertEquals(asked().get(0), asked().get(1), "from where it was asked before");
  }
}
