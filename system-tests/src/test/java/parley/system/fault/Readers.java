package parley.system.fault;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongPredicate;
import parley.system.fault.History.Kind;
import parley.system.fault.History.Read;
import parley.system.fault.History.Request;
import parley.system.fault.History.Shown;

/// Those who look at once whether what was acknowledged to one is there for another: each time,
/// some other member's client asks for the room's newest messages. As many at a time as there are
/// threads; what is acknowledged meanwhile nobody looks at.
final class Readers implements AutoCloseable {

  private static final int THREADS = 2;
  private static final int PAGE = 100;

  private final List<Chatter> chatters;
  private final LongPredicate excused;
  private final LinkedBlockingQueue<Request> toLookAt = new LinkedBlockingQueue<>(THREADS);
  private final List<Read> reads = new ArrayList<>(); // guarded by itself
  private final List<Thread> threads = new ArrayList<>();
  private final Random random;

  /// @param excused was the store away at some time since then (nanoTime)? What is remembered is
  ///     shown then, and may be older
  Readers(List<Chatter> chatters, LongPredicate excused, long seed) {
    this.chatters = chatters;
    this.excused = excused;
    this.random = new Random(seed);
    for (int i = 0; i < THREADS; i++) {
      threads.add(Thread.ofVirtual().name("reader-" + i).start(this::look));
    }
  }

  /// Somebody looks at it, if somebody is free.
  void acknowledged(Request request) {
    if (request.kind() != Kind.REACT && request.kind() != Kind.UNREACT) {
      var unused = toLookAt.offer(request);
    }
  }

  private void look() {
    try {
      while (true) {
        Request request = toLookAt.take();
        List<Chatter> others =
            chatters.stream().filter(chatter -> chatter.isIn(request.room())).toList();
        if (!others.isEmpty()) {
          read(others.get(draw(others.size())), request);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized int draw(int bound) {
    return random.nextInt(bound);
  }

  private void read(Chatter reader, Request request) throws InterruptedException {
    long asked = System.nanoTime();
    ObjectNode ask =
        JsonNodeFactory.instance.objectNode().put("roomId", request.room()).put("limit", PAGE);
    try {
      JsonNode answer = reader.client().ask("get-recent-messages", ask).get(7, TimeUnit.SECONDS);
      if (answer.path("ok").booleanValue() && !excused.test(asked)) {
        synchronized (reads) {
          reads.add(read(reader.user(), request, answer));
        }
      }
    } catch (ExecutionException | TimeoutException unknown) {
      // the edge or the connection went; nothing was shown
    }
  }

  private static Read read(String reader, Request request, JsonNode answer) {
    String message = request.kind() == Kind.SEND ? request.id() : request.target();
    JsonNode messages = answer.path("messages");
    Shown shown = null;
    for (JsonNode each : messages) {
      if (each.path("id").asText().equals(message)) {
        shown = new Shown(each.hasNonNull("deletedAt"), each.path("content").asText(""));
      }
    }
    long oldest = messages.path(0).path("seq").longValue();
    return new Read(reader, request.room(), request.seq(), message, oldest, shown);
  }

  List<Read> reads() {
    synchronized (reads) {
      return List.copyOf(reads);
    }
  }

  @Override
  public void close() {
    threads.forEach(Thread::interrupt);
  }
}
