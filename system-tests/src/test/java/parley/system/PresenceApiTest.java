package parley.system;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static parley.system.ChatClient.json;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.model.Filters;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.bson.Document;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import parley.proto.presence.GetPresenceRequest;
import parley.proto.presence.IsUserOnlineRequest;
import parley.proto.presence.Status;
import parley.proto.presence.UserPresence;

/// Who is where, as services and the database hear of it.
@Timeout(120)
class PresenceApiTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private Parley parley;
  private String ana;
  private String ben;

  @BeforeEach
  void start() throws Exception {
    parley = Parley.shared();
    ana = parley.user("ana");
    ben = parley.user("ben");
  }

  @Test
  void servicesAskAndWatchByGrpc() throws Exception {
    List<UserPresence> watched = new CopyOnWriteArrayList<>();
    GetPresenceRequest both =
        GetPresenceRequest.newBuilder().addUserIds(ana).addUserIds(ben).build();
    parley
        .watching()
        .watchPresence(
            both,
            new StreamObserver<>() {
              @Override
              public void onNext(UserPresence presence) {
                watched.add(presence);
              }

              @Override
              public void onError(Throwable t) {}

              @Override
              public void onCompleted() {}
            });
    await().atMost(PATIENCE).until(() -> watched.size() == 2);
    try (ChatClient one = parley.connect(0, ana)) {
      one.done("update-presence", json("status", "away", "text", "lunch"));
      await()
          .atMost(PATIENCE)
          .until(
              () ->
                  watched.stream()
                      .anyMatch(p -> p.getUserId().equals(ana) && p.getText().equals("lunch")));
      List<UserPresence> shown = parley.presence().getPresence(both).getUsersList();
      assertEquals(Status.AWAY, shown.get(0).getStatus());
      assertEquals(Status.OFFLINE, shown.get(1).getStatus());
      assertTrue(
          parley
              .presence()
              .isUserOnline(IsUserOnlineRequest.newBuilder().setUserId(ana).build())
              .getOnline());
    }
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                watched.getLast().getUserId().equals(ana)
                    && watched.getLast().getStatus() == Status.OFFLINE);
  }

  @Test
  void lastSeenIsStoredInTheDatabase() throws Exception {
    try (MongoClient mongo =
        MongoClients.create("mongodb://127.0.0.1:" + parley.cluster.options().ports().store())) {
      long before = System.currentTimeMillis();
      ChatClient one = parley.connect(0, ana);
      await().atMost(PATIENCE).until(() -> seen(mongo).getBoolean("isOnline", false));
      one.close();
      await().atMost(PATIENCE).until(() -> !seen(mongo).getBoolean("isOnline", true));
      assertTrue(seen(mongo).getDate("lastSeen").getTime() >= before);
    }
  }

  private Document seen(MongoClient mongo) {
    return mongo.getDatabase("parley").getCollection("users").find(Filters.eq("_id", ana)).first();
  }
}
