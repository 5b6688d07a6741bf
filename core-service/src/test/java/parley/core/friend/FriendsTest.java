package parley.core.friend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import parley.contract.UserId;
import parley.core.store.ChatDatabase;
import parley.core.user.UserFeeds;
import parley.embedded.mongo.EmbeddedMongo;
import parley.fanout.memory.InMemoryBus;

/// Friendships are whole, whoever asks for them at the same time.
@Timeout(60)
class FriendsTest {

  private static final UserId ANA = new UserId("ana");
  private static final UserId BEN = new UserId("ben");
  private static final UserId CLEO = new UserId("cleo");

  @TempDir Path folder;
  private EmbeddedMongo mongo;
  private ChatDatabase database;
  private final InMemoryBus bus = new InMemoryBus();
  private Friends friends;

  @BeforeEach
  void start() throws Exception {
    mongo = EmbeddedMongo.start(folder, 0, false);
    database = ChatDatabase.open(mongo.uri(), false);
    database.createIndexes();
    friends = new Friends(database, new UserFeeds(database, bus));
  }

  @AfterEach
  void stop() {
    database.close();
    mongo.close();
    bus.close();
  }

  @Test
  void bothHaveEachOtherAndOnlyAChangeIsOne() {
    assertTrue(friends.add(BEN, ANA));
    assertFalse(friends.add(ANA, BEN));
    assertTrue(friends.add(ANA, CLEO));
    assertEquals(List.of("ben", "cleo"), friends.of(ANA, 10));
    assertEquals(List.of("ben"), friends.of(ANA, 1));
    assertEquals(
        Map.of(ANA, List.of("ben", "cleo"), BEN, List.of("ana")),
        friends.of(List.of(ANA, BEN), 10));
    assertTrue(friends.remove(ANA, BEN));
    assertFalse(friends.remove(BEN, ANA));
    assertEquals(List.of("cleo"), friends.of(ANA, 10));
    assertEquals(List.of(), friends.of(BEN, 10));
  }

  @Test
  void requestsThatCrossLeaveAllOrNothingAndOneOfThemChangesIt() {
    for (int i = 0; i < 60; i++) {
      CompletableFuture<Boolean> one = CompletableFuture.supplyAsync(() -> friends.add(ANA, BEN));
      CompletableFuture<Boolean> other = CompletableFuture.supplyAsync(() -> friends.add(BEN, ANA));
      assertTrue(one.join() ^ other.join(), "one of two that ask for the same changes something");
      CompletableFuture<Boolean> ends =
          CompletableFuture.supplyAsync(() -> friends.remove(ANA, BEN));
      CompletableFuture<Boolean> again = CompletableFuture.supplyAsync(() -> friends.add(BEN, ANA));
      assertTrue(ends.join());
      again.join();
      boolean stands = !friends.of(ANA, 10).isEmpty();
      assertEquals(stands, !friends.of(BEN, 10).isEmpty(), "round " + i);
      if (stands) {
        friends.remove(ANA, BEN);
      }
    }
  }
}
