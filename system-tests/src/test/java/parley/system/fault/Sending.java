package parley.system.fault;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import parley.system.StockClient;
import parley.system.fault.History.Kind;
import parley.system.fault.History.Request;

/// What a chatter says without pause: sends, edits, deletions, reactions in its rooms, each
/// repeated with the same key until it is answered.
final class Sending {

  private static final String[] EMOJIS = {"👍", "❤", ":tada:"};

  private final StockClient client;
  private final String user;
  private final List<String> rooms;
  private final Random random;
  private final Consumer<Request> acknowledged;
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private final List<String> own = new ArrayList<>(); // messages of its own that stand
  private final Thread thread;
  private volatile boolean stop;
  private volatile boolean giveUp;
  private int count;

  /// @param acknowledged hears of each acknowledgement at once
  Sending(
      StockClient client,
      String user,
      List<String> rooms,
      Random random,
      Consumer<Request> acknowledged) {
    this.client = client;
    this.user = user;
    this.rooms = rooms;
    this.random = random;
    this.acknowledged = acknowledged;
    this.thread = Thread.ofVirtual().name("chatter-" + user).unstarted(this::send);
  }

  void start() {
    thread.start();
  }

  private void send() {
    try {
      while (!stop) {
        String room = rooms.get(random.nextInt(rooms.size()));
        one(room);
        TimeUnit.MILLISECONDS.sleep(random.nextInt(120));
      }
      for (String room : rooms) { // whoever serves the room now looks at it once more
        ask(room, Kind.SEND, "send-message", "", user + " says goodbye");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void one(String room) throws InterruptedException {
    int dice = random.nextInt(100);
    String mine = own.isEmpty() ? "" : own.get(random.nextInt(own.size()));
    if (dice < 70 || mine.isEmpty()) {
      String id = ask(room, Kind.SEND, "send-message", "", user + " " + count);
      if (!id.isEmpty()) {
        own.add(id);
      }
    } else if (dice < 80) {
      ask(room(mine), Kind.EDIT, "edit-message", mine, user + " edits " + count);
    } else if (dice < 85) {
      own.remove(mine);
      ask(room(mine), Kind.DELETE, "delete-message", mine, "");
    } else if (dice < 95) {
      ask(room(mine), Kind.REACT, "add-reaction", mine, emoji());
    } else {
      ask(room(mine), Kind.UNREACT, "remove-reaction", mine, emoji());
    }
  }

  private String emoji() {
    return EMOJIS[random.nextInt(EMOJIS.length)];
  }

  private static String room(String message) {
    return message.substring(0, message.lastIndexOf('~'));
  }

  /// Asks until there is an answer; the same key each time.
  ///
  /// @return the new message's id; empty when there is none
  private String ask(String room, Kind kind, String event, String target, String text)
      throws InterruptedException {
    String key = "k" + count++;
    ObjectNode argument = JsonNodeFactory.instance.objectNode().put("clientMessageId", key);
    if (target.isEmpty()) {
      argument.put("roomId", room);
    } else {
      argument.put("messageId", target);
    }
    argument.put(kind == Kind.REACT || kind == Kind.UNREACT ? "emoji" : "content", text);
    while (!giveUp) {
      try {
        JsonNode answer = client.ask(event, argument).get(7, TimeUnit.SECONDS);
        if (answer.path("ok").booleanValue()) {
          long seq = answer.path("seq").longValue();
          String id = kind == Kind.SEND ? answer.path("id").asText() : "";
          Request done = new Request(user, room, kind, key, target, text, seq, id, false);
          requests.add(done);
          acknowledged.accept(done);
          return id;
        }
        if (!answer.path("error").path("retryable").booleanValue()) {
          requests.add(new Request(user, room, kind, key, target, text, 0, "", true));
          return "";
        }
      } catch (ExecutionException | TimeoutException unknown) {
        // it may have been carried out
      }
      TimeUnit.MILLISECONDS.sleep(20 + random.nextInt(80));
    }
    requests.add(new Request(user, room, kind, key, target, text, 0, "", false));
    return "";
  }

  /// Nothing new is asked for. Blocks until all is answered, or the time is over.
  void stopSending(Duration patience) throws InterruptedException {
    stop = true;
    if (!thread.join(patience)) {
      giveUp = true;
      thread.join();
    }
  }

  void giveUp() {
    giveUp = true;
  }

  List<Request> requests() {
    return requests;
  }
}
