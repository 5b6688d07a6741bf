package parley.presence.user;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import parley.contract.ServiceToken;
import parley.proto.api.RecordSightingsRequest;
import parley.proto.api.RecordSightingsResponse;
import parley.proto.api.Sighting;
import parley.proto.api.SightingsGrpc;
import parley.proto.presence.PresenceChange;
import parley.proto.presence.UserPresence;
import parley.relay.ServiceServer;

/// What core answers to, over a real connection.
@Timeout(60)
class SightingsTest {

  private static final ServiceToken TOKEN = new ServiceToken("test-token");
  private static final Logger LOGGER = Logger.getLogger(Sightings.class.getName());

  private final Core core = new Core();
  private final List<LogRecord> logged = new CopyOnWriteArrayList<>();
  private final Handler log =
      new Handler() {
        @Override
        public void publish(LogRecord line) {
          logged.add(line);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };
  private ServiceServer server;
  private Sightings sightings;

  @BeforeEach
  void open() throws Exception {
    LOGGER.addHandler(log);
    server = new ServiceServer("127.0.0.1", 0, TOKEN, List.of(core));
    server.start();
    sightings = new Sightings(List.of("127.0.0.1:" + server.port()), TOKEN);
  }

  @AfterEach
  void close() {
    sightings.close();
    server.close();
    LOGGER.removeHandler(log);
  }

  /// Stores sightings, as long as nothing speaks against it.
  private static final class Core extends SightingsGrpc.SightingsImplBase {
    final Set<String> stored = ConcurrentHashMap.newKeySet();
    final AtomicInteger calls = new AtomicInteger();
    volatile Status answer = Status.OK;
    volatile Predicate<RecordSightingsRequest> refuses = request -> true;

    void refuses(Status status, Predicate<RecordSightingsRequest> which) {
      refuses = which;
      answer = status;
    }

    @Override
    public void recordSightings(
        RecordSightingsRequest request, StreamObserver<RecordSightingsResponse> caller) {
      calls.incrementAndGet();
      if (!answer.isOk() && refuses.test(request)) {
        caller.onError(answer.asException());
        return;
      }
      request.getSightingsList().forEach(seen -> stored.add(seen.getUserId()));
      caller.onNext(RecordSightingsResponse.getDefaultInstance());
      caller.onCompleted();
    }
  }

  private void note(String user) {
    sightings.note(
        PresenceChange.newBuilder()
            .setCameOrWent(true)
            .setPresence(UserPresence.newBuilder().setUserId(user).setVersion(1))
            .build());
  }

  private static Predicate<RecordSightingsRequest> with(String user) {
    return request ->
        request.getSightingsList().stream().map(Sighting::getUserId).anyMatch(user::equals);
  }

  private long errors() {
    return logged.stream().filter(line -> line.getLevel() == Level.SEVERE).count();
  }

  @Test
  void whatCoreRefusesIsDroppedWithOneLineAndHoldsUpNothing() {
    core.refuses(Status.INVALID_ARGUMENT, with("u700"));
    for (int i = 0; i < 1_500; i++) {
      note("u" + i);
    }
    sightings.start();
    await().until(() -> core.stored.size() == 1_499);
    note("later");
    await().until(() -> core.stored.contains("later"));
    assertFalse(core.stored.contains("u700"));
    assertEquals(1, errors());
    assertTrue(core.calls.get() < 30, core.calls + " calls");
  }

  @Test
  void aFaultOfCoresOverOneSightingHoldsUpNothing() {
    core.refuses(Status.INTERNAL, with("u3"));
    for (int i = 0; i < 8; i++) {
      note("u" + i);
    }
    sightings.start();
    await().atMost(Duration.ofSeconds(40)).until(() -> core.stored.size() == 7);
    note("later");
    await().atMost(Duration.ofSeconds(10)).until(() -> core.stored.contains("later"));
    assertEquals(1, errors());
  }

  @Test
  void whilePassingTroubleLastsNothingIsDropped() {
    for (Status passing :
        List.of(Status.UNAVAILABLE, Status.DEADLINE_EXCEEDED, Status.RESOURCE_EXHAUSTED)) {
      core.refuses(passing, request -> true);
      String user = passing.getCode().name();
      note(user);
      if (passing == Status.UNAVAILABLE) {
        sightings.start();
      }
      int before = core.calls.get();
      await().atMost(Duration.ofSeconds(20)).until(() -> core.calls.get() > before + 2);
      core.refuses(Status.OK, request -> false);
      await().atMost(Duration.ofSeconds(10)).until(() -> core.stored.contains(user));
    }
    assertEquals(0, errors());
  }

  @Test
  void aWrongTokenIsSaidAndWaitedFor() {
    core.refuses(Status.UNAUTHENTICATED, request -> true);
    note("ana");
    sightings.start();
    await().until(() -> core.calls.get() > 3);
    assertTrue(logged.stream().anyMatch(line -> line.getLevel() == Level.WARNING));
    core.refuses(Status.OK, request -> false);
    await().until(() -> core.stored.contains("ana"));
  }

  @Test
  void whatWaitsIsBoundedAndTheOldestIsForgotten() {
    for (int i = 0; i < 100_010; i++) {
      note("u" + i);
    }
    note("u100009"); // waits already: nobody has to go for it
    sightings.start();
    await().atMost(Duration.ofSeconds(30)).until(() -> core.stored.size() == 100_000);
    assertFalse(core.stored.contains("u9"));
    assertTrue(core.stored.contains("u10"));
  }
}
