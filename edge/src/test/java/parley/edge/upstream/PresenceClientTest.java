package parley.edge.upstream;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import parley.contract.ConnectionId;
import parley.contract.Errors;
import parley.contract.RefusedException;
import parley.contract.RoomId;
import parley.proto.chat.User;
import parley.proto.errors.ErrorCode;
import parley.proto.presence.Audience;
import parley.proto.presence.ConnectionState;
import parley.proto.presence.PresenceAsked;
import parley.proto.presence.PresenceReply;
import parley.proto.presence.PresenceRequest;

/// An edge and its presence nodes, which die, stand still, come back, and get to hear a lot.
@Timeout(60)
class PresenceClientTest {

  private static final Duration SOON = Duration.ofSeconds(10);
  private static final User ANA = User.newBuilder().setId("ana").build();

  private final Map<String, ConnectionState> connected = new ConcurrentSkipListMap<>();
  private final AtomicInteger snapshots = new AtomicInteger();
  private final AtomicInteger failing = new AtomicInteger();
  private final List<AutoCloseable> open = new ArrayList<>();
  private FakePresence node;
  private int dead;

  @BeforeEach
  void start() throws Exception {
    node = node(0);
    dead = freePort();
  }

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket probe = new ServerSocket(0)) {
      return probe.getLocalPort();
    }
  }

  private FakePresence node(int port) throws IOException {
    FakePresence started = new FakePresence(port);
    open.add(started);
    return started;
  }

  private PresenceClient client(String... addresses) {
    PresenceClient client =
        new PresenceClient(
            "edge", List.of(addresses), FakePresence.TOKEN, this::snapshot, () -> {});
    open.add(client);
    client.start();
    return client;
  }

  private Iterator<ConnectionState> snapshot() {
    snapshots.incrementAndGet();
    if (failing.getAndDecrement() > 0) {
      throw new IllegalStateException("no snapshot can be had now");
    }
    return connected.values().iterator();
  }

  private void connect(int from, int to, int avatarBytes) {
    for (int i = from; i < to; i++) {
      String id = "connection-" + i;
      connected.put(
          id,
          ConnectionState.newBuilder()
              .setConnectionId(id)
              .setUser(User.newBuilder().setId("user-" + i).setAvatar("x".repeat(avatarBytes)))
              .build());
    }
  }

  private static boolean heardAll(FakePresence node, int connections) {
    return node.streams.stream().anyMatch(stream -> stream.connections.size() == connections);
  }

  @Test
  void aDeadAddressIsLeftForTheNextOne() {
    PresenceClient client = client("127.0.0.1:" + dead, node.address());
    await().atMost(SOON).until(client::connected);
  }

  @Test
  void aNodeThatComesBackIsFoundWhileTheOtherIsDead() throws Exception {
    PresenceClient client = client(node.address(), "127.0.0.1:" + dead);
    await().atMost(SOON).until(client::connected);
    int port = node.port();
    node.close();
    await().atMost(SOON).until(() -> !client.connected());
    node(port);
    await().atMost(SOON).until(client::connected);
  }

  @Test
  void aNodeThatStandsStillIsLeft() throws Exception {
    FakePresence other = node(0);
    PresenceClient client = client(node.address(), other.address());
    await().atMost(SOON).until(client::connected);
    FakePresence first = node.streams.isEmpty() ? other : node;
    FakePresence second = first == node ? other : node;
    first.silent = true;
    await().atMost(Duration.ofSeconds(8)).until(() -> !second.streams.isEmpty());
    await().atMost(SOON).until(client::connected);
  }

  /// Its port still takes connections, as that of a stopped process does.
  @Test
  void withTheOnlyNodeStandingStillNothingCountsAsConnected() {
    PresenceClient client = client(node.address());
    await().atMost(SOON).until(client::connected);
    node.silent = true;
    await().atMost(Duration.ofSeconds(8)).until(() -> !client.connected());
    await().during(Duration.ofSeconds(1)).atMost(SOON).until(() -> !client.connected());
    node.silent = false;
    await().atMost(SOON).until(client::connected);
  }

  @Test
  void aLargeSnapshotArrivesWhole() {
    connect(0, 10_000, 1_000);
    client(node.address());
    await().atMost(SOON).until(() -> heardAll(node, 10_000));
  }

  @Test
  void aSnapshotThatFailsIsTakenAgain() {
    connect(0, 1, 0);
    failing.set(1);
    client(node.address());
    await().atMost(SOON).until(() -> heardAll(node, 1));
    assertEquals(2, snapshots.get());
  }

  @Test
  void aChangeThatDoesNotFitBringsASnapshot() {
    connect(0, 1, 0);
    node.deaf = true;
    PresenceClient client = client(node.address());
    await().atMost(SOON).until(client::connected);
    node.deaf = false;
    connect(1, 2, 0);
    User large = User.newBuilder().setId("user-1").setAvatar("x".repeat(1_000)).build();
    for (int i = 0; i < 100_000; i++) {
      client.reentered(new ConnectionId("connection-1"), large, new RoomId("room"));
    }
    await().atMost(SOON).until(() -> heardAll(node, 2));
  }

  @Test
  void whatHappensWhileASnapshotIsOnItsWayIsToldBehindIt() {
    connect(0, 2_000, 1_000);
    PresenceClient client = client(node.address());
    await().atMost(SOON).until(client::connected);
    client.closed(new ConnectionId("connection-7"), ANA, Audience.getDefaultInstance(), List.of());
    await().atMost(SOON).until(() -> node.told().stream().anyMatch(PresenceRequest::hasClosed));
    assertTrue(heardAll(node, 2_000));
  }

  @Test
  void whatPresenceRefusesIsNotTakenForAnAnswer() {
    PresenceClient client = client(node.address());
    await().atMost(SOON).until(client::connected);
    node.answers =
        (request, reply) -> PresenceReply.newBuilder().setError(Errors.error(ErrorCode.INTERNAL));
    RefusedException refused =
        assertThrows(
            RefusedException.class,
            () -> client.ask(PresenceRequest.newBuilder().setAsked(PresenceAsked.newBuilder())));
    assertEquals(ErrorCode.INTERNAL, refused.error().getCode());
    assertFalse(client.changesSince(1).isPresent(), "to be asked again");
  }

  @Test
  void questionsWithoutAnAnswerAreForgotten() {
    PresenceClient client = client(node.address());
    await().atMost(SOON).until(client::connected);
    await().atMost(SOON).until(() -> client.unanswered() == 0);
    node.answers = (request, reply) -> reply.setId(-1); // nobody's
    assertFalse(
        client.entered(new ConnectionId("connection"), ANA, new RoomId("room")).get().isPresent());
    await().atMost(SOON).until(() -> client.unanswered() == 0);
    assertTrue(client.connected(), "on the same stream");
    assertEquals(1, snapshots.get());
  }
}
