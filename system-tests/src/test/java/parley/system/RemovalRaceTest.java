package parley.system;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Users who are removed while their connections go into the room and out of it, on two edges.
@Timeout(120)
class RemovalRaceTest {

  private static final int USERS = 24;

  /// A connection that comes and goes.
  private static final class Joiner implements AutoCloseable {
    private final RawSocket socket;
    private final String room;
    private final boolean since;
    private final AtomicInteger ids = new AtomicInteger();
    private final Map<String, CompletableFuture<String>> acks = new ConcurrentHashMap<>();
    final List<String> heard = new CopyOnWriteArrayList<>();
    final CompletableFuture<Void> joinedOnce = new CompletableFuture<>();
    volatile boolean stop;

    Joiner(Parley parley, int edge, String user, String room, boolean since) {
      this.room = room;
      this.since = since;
      this.socket = RawSocket.open(parley.url(edge), (raw, text) -> hear(text), "");
      socket.send("40{\"token\":\"" + parley.token(user) + "\"}");
      await().until(() -> heard.stream().anyMatch(text -> text.startsWith("42[\"connected\"")));
    }

    private void hear(String text) {
      if (text.startsWith("43")) {
        int end = text.indexOf('[');
        CompletableFuture<String> answer = acks.remove(text.substring(2, end));
        if (answer != null) {
          answer.complete(text.substring(end));
        }
      } else {
        heard.add(text);
      }
    }

    String ask(String event, String argument) throws Exception {
      String id = Integer.toString(ids.incrementAndGet());
      CompletableFuture<String> answer = new CompletableFuture<>();
      acks.put(id, answer);
      socket.send("42" + id + "[\"" + event + "\"," + argument + "]");
      return answer.get(20, TimeUnit.SECONDS);
    }

    Void comeAndGo() throws Exception {
      String name = "\"" + room + "\"";
      String join = since ? "{\"roomId\":" + name + ",\"since\":0}" : name;
      while (!stop) {
        ask("leave-room", name);
        ask("join-room", join);
        joinedOnce.complete(null);
      }
      return null;
    }

    @Override
    public void close() {
      socket.close();
    }
  }

  @Test
  void whoIsRemovedHearsNothingAfterwardsHoweverTheyJoin() throws Exception {
    Parley parley = Parley.shared();
    String host = parley.user("host");
    List<String> users = new ArrayList<>();
    List<String> members = new ArrayList<>(List.of(host));
    for (int i = 0; i < USERS; i++) {
      users.add(parley.user("guest"));
    }
    members.addAll(users);
    String room = parley.room(members.toArray(String[]::new));
    List<Joiner> joiners = new ArrayList<>();
    try (ChatClient one = parley.connect(0, host);
        ChatClient other = parley.connect(1, host)) {
      one.join(room);
      other.join(room);
      List<CompletableFuture<Void>> races = new ArrayList<>();
      for (int i = 0; i < USERS; i++) {
        String user = users.get(i);
        List<Joiner> theirs = new ArrayList<>();
        for (int edge = 0; edge < 2; edge++) {
          theirs.add(new Joiner(parley, edge, user, room, i % 2 == 0));
        }
        joiners.addAll(theirs);
        races.add(inThread(() -> race(parley, room, user, theirs)));
      }
      for (CompletableFuture<Void> race : races) {
        race.get(60, TimeUnit.SECONDS);
      }
      for (String text : List.of("after-1", "after-2", "after-3")) {
        one.send(room, text);
      }
      one.done("typing-start", room);
      await().until(() -> other.contents().contains("after-3"));
      await().until(() -> one.contents().contains("after-3"));
      for (Joiner joiner : joiners) {
        assertTrue(joiner.ask("ping", "{}").contains("true"));
      }
      List<String> wrong =
          joiners.stream()
              .flatMap(joiner -> joiner.heard.stream())
              .filter(text -> text.contains("\"after-") || text.contains("\"user-typing\""))
              .toList();
      assertEquals(List.of(), wrong);
    } finally {
      joiners.forEach(Joiner::close);
    }
  }

  /// Removes a user while their connections come and go.
  private static Void race(Parley parley, String room, String user, List<Joiner> theirs)
      throws Exception {
    List<CompletableFuture<Void>> loops =
        theirs.stream().map(joiner -> inThread(joiner::comeAndGo)).toList();
    for (Joiner joiner : theirs) {
      joiner.joinedOnce.get(20, TimeUnit.SECONDS);
    }
    parley.remove(room, user);
    theirs.forEach(joiner -> joiner.stop = true);
    for (CompletableFuture<Void> loop : loops) {
      loop.get(20, TimeUnit.SECONDS);
    }
    return null;
  }

  private interface Task {
    Void run() throws Exception;
  }

  private static CompletableFuture<Void> inThread(Task task) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                done.complete(task.run());
              } catch (Exception e) {
                done.completeExceptionally(e);
              }
            });
    return done;
  }
}
