package parley.system.support;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import parley.system.Parley;
import parley.system.StockClient;

/// A reader that joins its rooms once, and again only when it was not recovered.
public final class Reader implements StockClient.Application, AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /// Where it connects to the next time.
  public final AtomicInteger edge;
  public final List<String> rooms;
  public final List<String> heard = new CopyOnWriteArrayList<>();
  public final List<String> told = new CopyOnWriteArrayList<>();
  public final List<Boolean> connects = new CopyOnWriteArrayList<>();
  public final List<Integer> heardAtConnect = new CopyOnWriteArrayList<>();
  public final StockClient client;

  public Reader(Parley parley, int edge, String user, String... rooms) throws Exception {
    this.edge = new AtomicInteger(edge);
    this.rooms = List.of(rooms);
    this.client =
        new StockClient(() -> URI.create(parley.url(this.edge.get())), parley.token(user), this);
    await().atMost(PATIENCE).until(client::connected);
    for (String room : rooms) {
      join(room);
    }
  }

  /// Asks to join a room, and expects to be let in.
  public void join(String room) throws Exception {
    JsonNode ack =
        client.ask("join-room", JsonNodeFactory.instance.textNode(room)).get(10, TimeUnit.SECONDS);
    assertTrue(ack.path("ok").booleanValue(), ack::toString);
  }

  @Override
  public void connected(boolean recovered) {
    heardAtConnect.add(heard.size());
    connects.add(recovered);
  }

  @Override
  public void event(String name, JsonNode argument) {
    if (name.equals("message-received")) {
      heard.add(argument.path("content").asText());
    } else {
      told.add(name + " " + argument);
    }
  }

  /// Waits until it has heard a message.
  public void awaitHeard(String content) {
    await().atMost(PATIENCE).until(() -> heard.contains(content));
  }

  /// Waits until it was connected so often.
  public void awaitConnects(int count) {
    await().atMost(PATIENCE).until(() -> connects.size() >= count);
  }

  @Override
  public void close() {
    client.close();
  }
}
