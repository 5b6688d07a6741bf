package parley.presence.api;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import parley.contract.UserId;
import parley.embedded.redis.EmbeddedRedis;
import parley.presence.RedisFixture;
import parley.presence.user.UserPresences;
import parley.proto.bus.BusEvent;
import parley.proto.bus.PresenceChanges;
import parley.proto.presence.PresenceChange;
import parley.proto.presence.UserPresence;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.exceptions.JedisException;

/// Whoever watches hears of every change, or is told that the call is over.
@Timeout(30)
class WatchersTest extends RedisFixture {

  private static final UserId ANA = new UserId("ana");

  private UserPresences users;
  private Watchers watchers;

  @BeforeEach
  void open() {
    users = new UserPresences(redis, 60_000);
    watchers = new Watchers(users);
    watchers.start();
  }

  @AfterEach
  void close() {
    watchers.close();
  }

  private void change(int version, String node, int number) {
    UserPresence presence = UserPresence.newBuilder().setUserId("ana").setVersion(version).build();
    PresenceChanges changes =
        PresenceChanges.newBuilder()
            .addChanges(PresenceChange.newBuilder().setPresence(presence))
            .setNodeId(node)
            .setNumber(number)
            .build();
    watchers.event(BusEvent.newBuilder().setPresence(changes).build().toByteArray());
  }

  @Test
  void aCallerHearsWhatIsShownAndEveryChange() {
    Caller caller = new Caller();
    watchers.watch(List.of(ANA, new UserId("ben")), caller);
    assertEquals(2, caller.heard.size());
    change(5, "n", 1);
    change(6, "n", 2);
    assertEquals(List.of(5L, 6L), caller.versions().subList(2, 4));
    caller.cancelled.run();
    assertEquals(0, watchers.size());
    assertEquals(0, watchers.users());
  }

  @Test
  void whatASlowCallerDoesNotReadYetWaits() {
    Caller caller = new Caller();
    watchers.watch(List.of(ANA), caller);
    caller.ready = false;
    for (int i = 1; i <= 900; i++) {
      change(i, "n", i);
    }
    assertEquals(1, caller.heard.size());
    caller.ready = true;
    caller.becameReady.run();
    assertEquals(901, caller.heard.size());
  }

  @Test
  void aCallerThatDoesNotReadIsLetGoWithWords() {
    Caller caller = new Caller();
    Caller other = new Caller();
    watchers.watch(List.of(ANA), caller);
    watchers.watch(List.of(ANA), other);
    caller.ready = false;
    for (int i = 1; i <= 1_100; i++) {
      change(i, "n", i);
    }
    assertEquals(Status.Code.RESOURCE_EXHAUSTED, caller.error.getStatus().getCode());
    assertEquals(1, watchers.size());
    assertEquals(1_101, other.heard.size());
  }

  @Test
  void afterABreakOfTheBusWhatIsWatchedIsReadAgain() {
    Caller caller = new Caller();
    watchers.watch(List.of(ANA), caller);
    watchers.broken();
    anaComes(users); // nobody hears of it
    watchers.begun(2);
    await().until(() -> caller.heard.size() == 2);
    assertEquals(parley.proto.presence.Status.ONLINE, caller.heard.getLast().getStatus());
  }

  @Test
  void afterAHoleInANodesPublicationsWhatIsWatchedIsReadAgain() {
    Caller caller = new Caller();
    watchers.watch(List.of(ANA), caller);
    change(1, "n", 1);
    anaComes(users);
    change(2, "n", 3);
    await().until(() -> caller.heard.size() == 4);
    assertNull(caller.error);
  }

  @Test
  void aWatchThatCannotBeginLeavesNothingBehind() throws Exception {
    try (RedisClient nobody =
        RedisClient.builder().hostAndPort("127.0.0.1", EmbeddedRedis.freePort()).build()) {
      Watchers lonely = new Watchers(new UserPresences(nobody, 60_000));
      assertThrows(JedisException.class, () -> lonely.watch(List.of(ANA), new Caller()));
      assertEquals(0, lonely.size());
      assertEquals(0, lonely.users());
    }
  }

  private static final class Caller extends ServerCallStreamObserver<UserPresence> {
    final List<UserPresence> heard = new CopyOnWriteArrayList<>();
    volatile boolean ready = true;
    volatile @Nullable StatusException error;
    volatile Runnable cancelled = () -> {};
    volatile Runnable becameReady = () -> {};

    List<Long> versions() {
      return heard.stream().map(UserPresence::getVersion).toList();
    }

    @Override
    public void onNext(UserPresence presence) {
      heard.add(presence);
    }

    @Override
    public void onError(Throwable t) {
      error = (StatusException) t;
    }

    @Override
    public void onCompleted() {}

    @Override
    public boolean isCancelled() {
      return false;
    }

    @Override
    public void setOnCancelHandler(Runnable handler) {
      cancelled = handler;
    }

    @Override
    public boolean isReady() {
      return ready;
    }

    @Override
    public void setOnReadyHandler(Runnable handler) {
      becameReady = handler;
    }

    @Override
    public void setCompression(String compression) {}

    @Override
    public void disableAutoInboundFlowControl() {}

    @Override
    public void request(int count) {}

    @Override
    public void setMessageCompression(boolean enable) {}
  }
}
