package parley.launcher;

import java.net.http.HttpClient;
import java.time.Instant;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import parley.contract.UserId;
import parley.edge.auth.DemoTokens;

/// People who come to a Parley in training, chat, lose their connection, come back and go: as many
/// as come in its time.
final class TrainingLoad {

  private static final System.Logger LOG = System.getLogger(TrainingLoad.class.getName());
  private static final int AT_ONCE = 60;
  private static final int USERS = 500;
  private static final int ROOMS = 25;
  private static final int MESSAGES = 8;
  private static final long TOKEN_SECONDS = 3_600;

  private final Options options;
  private final DemoTokens tokens;
  private final AtomicInteger visits = new AtomicInteger();
  private final long end;

  TrainingLoad(Options options, int seconds) {
    this.options = options;
    this.end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    this.tokens = new DemoTokens(options.jwtSecret());
  }

  /// Blocks until the time is over and everybody has left.
  void run() {
    try (HttpClient http = HttpClient.newHttpClient();
        ExecutorService visitors = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < AT_ONCE; i++) {
        visitors.execute(() -> visitAgainAndAgain(http));
      }
    }
  }

  private void visitAgainAndAgain(HttpClient http) {
    while (System.nanoTime() < end) {
      int number = visits.incrementAndGet();
      String user = "visitor-" + number % USERS;
      String token = tokens.sign(new UserId(user), Instant.now().getEpochSecond() + TOKEN_SECONDS);
      try (TrainingClient client = new TrainingClient(http, options.ports().edge(0), token)) {
        client.connect();
        if (number % 4 == 0) {
          chat(client, "room-" + number % ROOMS, number);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      } catch (IllegalStateException e) {
        LOG.log(System.Logger.Level.WARNING, "{0}: {1}", user, e.getMessage());
      }
    }
  }

  private static void chat(TrainingClient client, String room, int number)
      throws InterruptedException {
    client.call("join-room", "\"" + room + "\"");
    client.emit("typing-start", "\"" + room + "\"");
    String first = "";
    for (int i = 0; i < MESSAGES; i++) {
      String sent =
          client
              .call(
                  "send-message",
                  "{\"roomId\":\"%s\",\"content\":\"Is this thing on? %d\",\"clientMessageId\":\"%d-%d\"}"
                      .formatted(room, i, number, i))
              .path("id")
              .asText();
      first = first.isEmpty() ? sent : first;
    }
    client.call("edit-message", "{\"messageId\":\"%s\",\"content\":\"Yes\"}".formatted(first));
    client.call("add-reaction", "{\"messageId\":\"%s\",\"emoji\":\"👍\"}".formatted(first));
    client.call("mark-read", "\"" + room + "\"");
    client.call("get-recent-messages", "\"" + room + "\"");
    client.call("update-presence", "\"away\"");
    if (number % 8 == 0) {
      client.comeBack();
      client.call("get-unread", "{}");
    }
    client.call("delete-message", "{\"messageId\":\"%s\"}".formatted(first));
    client.call("leave-room", "\"" + room + "\"");
  }
}
