package parley.system.support;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import parley.system.Parley;
import parley.system.StockClient;

/// A client that writes down whole payloads, and says whether it wants texts as they were written.
public final class Ear implements StockClient.Application, AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final JsonMapper JSON = new JsonMapper();

  /// What it was told.
  public record Told(String event, JsonNode payload) {}

  /// Where it connects to the next time.
  public final AtomicInteger edge;

  public final List<Told> told = new CopyOnWriteArrayList<>();
  public final List<Boolean> connects = new CopyOnWriteArrayList<>();
  public final StockClient client;
  private volatile boolean wantsRaw;

  public Ear(Parley parley, int edge, String user, boolean wantsRaw) {
    this.edge = new AtomicInteger(edge);
    this.wantsRaw = wantsRaw;
    this.client =
        new StockClient(() -> URI.create(parley.url(this.edge.get())), parley.token(user), this);
    await("connected");
  }

  /// From its next connection on.
  public void wantRaw(boolean wants) {
    wantsRaw = wants;
  }

  @Override
  public boolean wantsRaw() {
    return wantsRaw;
  }

  @Override
  public void connected(boolean recovered) {
    connects.add(recovered);
  }

  @Override
  public void event(String name, JsonNode payload) {
    told.add(new Told(name, payload));
  }

  /// The payloads of an event.
  public List<JsonNode> all(String event) {
    return told.stream().filter(one -> one.event().equals(event)).map(Told::payload).toList();
  }

  /// Waits for an event.
  ///
  /// @return the last such
  public JsonNode await(String event) {
    Awaitility.await().alias(event).atMost(PATIENCE).until(() -> !all(event).isEmpty());
    return all(event).getLast();
  }

  /// Asks, and expects to be answered.
  public JsonNode ask(String event, JsonNode argument) throws Exception {
    return client.ask(event, argument).get(10, TimeUnit.SECONDS);
  }

  /// Asks, and expects it to be done.
  ///
  /// @param pairs names and values of the argument
  public JsonNode done(String event, Object... pairs) throws Exception {
    JsonNode ack = ask(event, object(pairs));
    assertTrue(ack.path("ok").booleanValue(), ack::toString);
    return ack;
  }

  /// An object of names and values.
  public static JsonNode object(Object... pairs) {
    Map<String, Object> fields = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      fields.put((String) pairs[i], pairs[i + 1]);
    }
    return JSON.valueToTree(fields);
  }

  @Override
  public void close() {
    client.close();
  }
}
