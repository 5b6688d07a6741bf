package parley.system.fault;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.grpc.StatusRuntimeException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import parley.proto.chat.Role;
import parley.system.Parley;
import parley.system.StockClient;
import parley.system.fault.History.Entered;
import parley.system.fault.History.Heard;
import parley.system.fault.History.Visit;

/// A user who is added to a room and removed from it again and again, by the internal API, while
/// their client asks to be let in all the time, from wherever it was.
final class Guest implements StockClient.Application, AutoCloseable {

  private final Chatter.World world;
  private final Parley parley;
  private final String user;
  private final String room;
  private final Random random;
  private final List<Long> added = new ArrayList<>(); // all five guarded by this
  private final List<Long> removed = new ArrayList<>();
  private final List<Heard> heard = new ArrayList<>();
  private final List<Entered> entered = new ArrayList<>();
  private Future<JsonNode> asked; // whether it may come in; guarded by this too
  private long last;
  private final StockClient client;
  private final List<Thread> threads;
  private volatile boolean stop;

  /// Not a member yet.
  Guest(Chatter.World world, Parley parley, String user, String room, long seed) {
    this.world = world;
    this.parley = parley;
    this.user = user;
    this.room = room;
    this.random = new Random(seed);
    this.client = new StockClient(this::anyEdge, parley.token(user), this);
    this.threads =
        List.of(
            Thread.ofVirtual().name("guest-" + user).unstarted(this::knock),
            Thread.ofVirtual().name("host-of-" + user).unstarted(this::host));
  }

  void start() {
    threads.forEach(Thread::start);
  }

  private synchronized URI anyEdge() {
    return world.edge(random.nextInt(world.edges()));
  }

  @Override
  public void connected(boolean recovered) {
    // asks to be let in anyway
  }

  @Override
  public synchronized void event(String name, JsonNode data) {
    if (!data.path("roomId").asText().equals(room) || name.equals("removed-from-room")) {
      return;
    }
    long now = System.nanoTime();
    if (name.equals("room-joined")) { // what was missed stood in the ack before it
      boolean acked = asked.state() == Future.State.SUCCESS;
      for (JsonNode missed : acked ? asked.resultNow().path("missed") : data.path("missed")) {
        heard(missed.path("event").asText(), missed.path("data"), now);
      }
    } else if (!name.equals("recent-messages")) {
      heard(name, data, now);
    }
  }

  private void heard(String event, JsonNode data, long now) {
    long seq = data.path("seq").longValue();
    last = Math.max(last, seq);
    heard.add(new Heard(seq, event, now));
  }

  /// Asks to be let in, and out, without pause.
  private void knock() {
    while (!stop) {
      ObjectNode ask = JsonNodeFactory.instance.objectNode().put("roomId", room);
      boolean asked = coin();
      if (asked) {
        ask.put("since", known());
      }
      long at = System.nanoTime();
      try {
        if (asked(ask).get(10, TimeUnit.SECONDS).path("ok").booleanValue()) {
          synchronized (this) {
            entered.add(new Entered(at, System.nanoTime()));
          }
          if (coin()) {
            var unused = client.ask("leave-room", JsonNodeFactory.instance.textNode(room));
          }
        }
      } catch (ExecutionException | TimeoutException again) {
        // asked again
      } catch (InterruptedException e) {
        return;
      }
      StockClient.pause(pause(150));
    }
  }

  private synchronized Future<JsonNode> asked(ObjectNode ask) {
    asked = client.ask("join-room", ask);
    return asked;
  }

  private synchronized long known() {
    return last;
  }

  private synchronized boolean coin() {
    return random.nextBoolean();
  }

  private synchronized long pause(int most) {
    return 10L + random.nextInt(most);
  }

  /// Adds and removes them; asks until it is acknowledged.
  private void host() {
    while (!stop) {
      synchronized (this) {
        added.add(System.nanoTime());
      }
      done(() -> parley.add(room, user, Role.MEMBER));
      StockClient.pause(pause(2_000));
      done(() -> parley.remove(room, user));
      synchronized (this) {
        removed.add(System.nanoTime());
      }
      StockClient.pause(pause(1_500));
    }
  }

  private static void done(Runnable call) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(90);
    while (true) {
      try {
        call.run();
        return;
      } catch (StatusRuntimeException e) {
        if (System.nanoTime() - end > 0) {
          throw e;
        }
        StockClient.pause(100);
      }
    }
  }

  /// Ends with a removal. Blocks until that is acknowledged.
  void stop() throws InterruptedException {
    stop = true;
    for (Thread thread : threads) {
      thread.join();
    }
  }

  synchronized Visit visit() {
    return new Visit(
        user, room, List.copyOf(added), List.copyOf(removed), List.copyOf(heard), entered());
  }

  private List<Entered> entered() {
    return List.copyOf(entered);
  }

  @Override
  public void close() {
    stop = true;
    client.close();
  }
}
