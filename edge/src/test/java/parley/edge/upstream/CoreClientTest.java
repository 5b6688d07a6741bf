package parley.edge.upstream;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import parley.proto.relay.Reply;
import parley.proto.relay.Request;

/// An edge and its core nodes, on real connections.
@Timeout(60)
class CoreClientTest {

  private static final Duration SOON = Duration.ofSeconds(10);

  private final List<AutoCloseable> open = new ArrayList<>();
  private final List<String> lost = new CopyOnWriteArrayList<>();

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
  }

  private FakeCore node(int port) throws IOException {
    FakeCore node = new FakeCore(port);
    open.add(node);
    return node;
  }

  private CoreClient client(String... addresses) {
    CoreClient client =
        new CoreClient(
            "edge", List.of(addresses), 2, FakeCore.TOKEN, (node, heads) -> {}, lost::add);
    open.add(client);
    client.start();
    return client;
  }

  @Test
  void aNodeThatStandsStillIsLeftAndItsRequestsAreAnsweredElsewhere() throws Exception {
    FakeCore frozen = node(0);
    FakeCore other = node(0);
    CoreClient client = client(frozen.address(), other.address());
    await().atMost(SOON).until(() -> frozen.streams.size() == 2 && other.streams.size() == 2);
    frozen.silent = true;
    List<Reply> replies = new CopyOnWriteArrayList<>();
    IntStream.range(0, 50)
        .forEach(i -> client.request("room-" + i, Request.newBuilder(), replies::add));
    await().atMost(SOON).until(() -> replies.size() == 50);
    assertTrue(replies.stream().allMatch(Reply::hasAppended), "none has waited for its deadline");
    assertTrue(frozen.requests.size() > 0, "some went to the frozen one");
    assertEquals(List.of(frozen.address(), frozen.address()), lost);
    assertTrue(client.connected());
  }

  @Test
  void withTheOnlyNodeStandingStillNothingCountsAsConnected() throws Exception {
    FakeCore node = node(0);
    CoreClient client = client(node.address());
    await().atMost(SOON).until(client::connected);
    node.silent = true;
    await().atMost(Duration.ofSeconds(8)).until(() -> !client.connected());
    await().during(Duration.ofSeconds(1)).atMost(SOON).until(() -> !client.connected());
    node.silent = false;
    await().atMost(SOON).until(client::connected);
    client.call("room", Request.newBuilder());
  }

  @Test
  void aNodeThatWasAwayIsFoundAgainAndNobodyIsToldOfEachAttempt() throws Exception {
    int port;
    try (ServerSocket probe = new ServerSocket(0)) {
      port = probe.getLocalPort();
    }
    CoreClient client = client("127.0.0.1:" + port);
    List<Reply> replies = new CopyOnWriteArrayList<>();
    client.request("room", Request.newBuilder(), replies::add);
    await().atMost(SOON).until(() -> !replies.isEmpty()); // its deadline
    assertTrue(replies.getFirst().hasError());
    node(port);
    await().atMost(Duration.ofSeconds(5)).until(client::connected);
    assertEquals(List.of(), lost);
  }

  @Test
  void aHandlerThatThrowsTakesNothingFromTheOthers() throws Exception {
    CoreClient client = client(node(0).address());
    await().atMost(SOON).until(client::connected);
    client.request(
        "room",
        Request.newBuilder(),
        reply -> {
          throw new IllegalStateException("a fault of the handler's");
        });
    for (int i = 0; i < 20; i++) {
      client.call("room", Request.newBuilder());
    }
    assertEquals(List.of(), lost, "its stream goes on");
  }

  @Test
  void anAddressThatIsNoneIsRefusedAtOnce() {
    var refused = assertThrows(IllegalArgumentException.class, () -> client("dns:core"));
    assertTrue(refused.getMessage().contains("dns:core"));
  }
}
