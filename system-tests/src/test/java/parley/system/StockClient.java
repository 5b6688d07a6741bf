package parley.system;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/// Keeps a connection as socket.io-client 4 does, on the bare wire: remembers pid and the last text
/// argument, gives both back, keeps what comes before CONNECT is answered, comes back with a random
/// delay. The official Java client knows none of that; the official JavaScript client needs Node.
public final class StockClient implements AutoCloseable {

  /// What the kernel keeps for a client that does not read.
  private static final int RECEIVED_AHEAD = 64 * 1_024;

  private static final JsonMapper JSON = new JsonMapper();

  /// What an application does with its socket. Called by the reading thread.
  public interface Application {
    /// CONNECT was answered; what came before it follows, and then {@link #connected}.
    default void answered(boolean recovered) {}

    /// Connected; `recovered` as in the official client.
    void connected(boolean recovered);

    /// An event, without an offset.
    void event(String name, JsonNode argument);

    /// The connection is gone; another follows by itself.
    default void disconnected() {}

    /// Does it want texts as they were written? Asked at each CONNECT.
    default boolean wantsRaw() {
      return false;
    }
  }

  private final Supplier<URI> edge;
  private final String token;
  private final Application application;
  private final Map<Integer, CompletableFuture<JsonNode>> acks = new ConcurrentHashMap<>();
  private final AtomicInteger ids = new AtomicInteger();
  private final List<Socket> abandoned = new CopyOnWriteArrayList<>();
  private volatile Thread thread;
  private volatile Socket socket;
  private volatile boolean connected;
  private volatile boolean closed;
  private volatile boolean stalled;
  private String pid;
  private String offset;
  private final AtomicInteger connects = new AtomicInteger();
  private final AtomicInteger recoveries = new AtomicInteger();

  /// @param edge where to connect to, asked each time
  public StockClient(Supplier<URI> edge, String token, Application application) {
    this.edge = edge;
    this.token = token;
    this.application = application;
    Thread first = Thread.ofVirtual().name("stock-client").unstarted(this::run);
    this.thread = first;
    first.start();
  }

  public boolean connected() {
    return connected;
  }

  /// How often it was connected.
  public int connects() {
    return connects.get();
  }

  /// How often it went on where it was.
  public int recoveries() {
    return recoveries.get();
  }

  /// Emits, and completes with the ack; exceptionally when the connection ends before.
  public CompletableFuture<JsonNode> ask(String event, JsonNode argument) {
    int id = ids.incrementAndGet();
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    acks.put(id, answer);
    ArrayNode packet = JsonNodeFactory.instance.arrayNode().add(event).add(argument);
    try {
      if (!connected) {
        throw new IOException("not connected");
      }
      write("42" + id + packet);
    } catch (IOException e) {
      acks.remove(id);
      answer.completeExceptionally(e);
    }
    return answer;
  }

  /// The network goes away without a word; nothing more is read or written on this connection.
  public void loseNetwork() {
    abandoned.add(socket);
    socket = null;
    connected = false;
    failAcks();
    application.disconnected();
    Thread next = Thread.ofVirtual().name("stock-client").unstarted(this::run);
    thread = next;
    next.start();
  }

  /// Connections that {@link #loseNetwork} left open.
  List<Socket> abandoned() {
    return abandoned;
  }

  /// Reads nothing more, or goes on.
  public void stall(boolean still) {
    stalled = still;
  }

  /// The connection breaks.
  public void drop() {
    closeQuietly(socket);
  }

  private void run() {
    while (!closed) {
      try {
        live();
      } catch (IOException | RuntimeException gone) {
        // comes back
      }
      if (thread != Thread.currentThread()) {
        return; // its network was lost
      }
      boolean was = connected;
      connected = false;
      failAcks();
      if (was) {
        application.disconnected();
      }
      pause(10 + ThreadLocalRandom.current().nextLong(40));
    }
  }

  /// Waits; an interrupt ends it early.
  public static void pause(long millis) {
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
    } catch (InterruptedException e) {
      // the next attempt comes sooner
    }
  }

  private void failAcks() {
    acks.values().forEach(a -> a.completeExceptionally(new IOException("disconnected")));
    acks.clear();
  }

  private void live() throws IOException {
    URI at = edge.get();
    Socket opened = new Socket();
    socket = opened;
    try {
      opened.setReceiveBufferSize(RECEIVED_AHEAD);
      opened.connect(new InetSocketAddress(at.getHost(), at.getPort()), 2_000);
      opened.setSoTimeout(15_000);
      DataInputStream in = new DataInputStream(new BufferedInputStream(opened.getInputStream()));
      BareWebSocket.upgrade(opened, in, at);
      List<String> early = new ArrayList<>();
      while (!closed && socket == opened) {
        while (stalled && !closed) {
          pause(20);
        }
        String packet = BareWebSocket.heard(in);
        if (socket == opened) {
          hear(packet, early);
        }
      }
    } finally {
      if (!abandoned.contains(opened)) {
        closeQuietly(opened);
      }
    }
  }

  private void hear(String text, List<String> early) throws IOException {
    switch (text.isEmpty() ? ' ' : text.charAt(0)) {
      case '0' -> write("40" + auth());
      case '2' -> write("3");
      case '4' -> packet(text.substring(1), early);
      default -> {}
    }
  }

  private ObjectNode auth() {
    ObjectNode auth = JsonNodeFactory.instance.objectNode().put("token", token);
    auth.put("raw", application.wantsRaw());
    if (pid != null) {
      auth.put("pid", pid);
      if (offset != null) {
        auth.put("offset", offset);
      }
    }
    return auth;
  }

  private void packet(String packet, List<String> early) throws IOException {
    switch (packet.charAt(0)) {
      case '0' -> {
        JsonNode answer = JSON.readTree(packet.substring(1));
        String given = answer.path("pid").asText(null);
        boolean recovered = pid != null && pid.equals(given);
        pid = given;
        connected = true;
        connects.incrementAndGet();
        if (recovered) {
          recoveries.incrementAndGet();
        }
        application.answered(recovered);
        for (String event : early) {
          event(event);
        }
        early.clear();
        application.connected(recovered);
      }
      case '2' -> {
        if (connected) {
          event(packet.substring(1));
        } else {
          early.add(packet.substring(1));
        }
      }
      case '3' -> ack(packet.substring(1));
      case '4' -> throw new IOException("refused: " + packet);
      default -> throw new IOException("disconnected");
    }
  }

  private void event(String json) throws IOException {
    JsonNode arguments = JSON.readTree(json.substring(json.indexOf('[')));
    JsonNode last = arguments.get(arguments.size() - 1);
    application.event(arguments.get(0).asText(), arguments.get(1));
    if (pid != null && last.isTextual()) {
      offset = last.textValue();
    }
  }

  private void ack(String json) throws IOException {
    int cut = json.indexOf('[');
    CompletableFuture<JsonNode> waiting = acks.remove(Integer.parseInt(json.substring(0, cut)));
    if (waiting != null) {
      waiting.complete(JSON.readTree(json.substring(cut)).path(0));
    }
  }

  private void write(String text) throws IOException {
    Socket known = socket;
    if (known == null) {
      throw new IOException("no connection");
    }
    byte[] frame = BareWebSocket.frame(text);
    synchronized (this) {
      known.getOutputStream().write(frame);
    }
  }

  private static void closeQuietly(Socket socket) {
    try {
      if (socket != null) {
        socket.close();
      }
    } catch (IOException e) {
      // gone is gone
    }
  }

  @Override
  public void close() {
    closed = true;
    closeQuietly(socket);
    abandoned.forEach(StockClient::closeQuietly);
    thread.interrupt();
  }
}
