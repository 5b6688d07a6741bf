package parley.edge.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import parley.fanout.TopicListener;
import parley.proto.errors.ErrorCode;
import parley.proto.relay.Following;
import parley.proto.relay.Reply;
import parley.proto.relay.Request;

/// Where requests go while streams come and end.
@Timeout(30)
class CoreRoutesTest {

  private final CoreRoutes routes = new CoreRoutes();
  private final Map<CoreCall, Reply> answers = new ConcurrentHashMap<>();

  private CoreCall call(String route) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
    List<CoreCall> self = new ArrayList<>();
    CoreCall call =
        new CoreCall(
            route,
            Request.newBuilder(),
            deadline,
            reply -> {
              assertFalse(routesAreLocked(), "a handler must not be called with the lock held");
              answers.put(self.getFirst(), reply);
            });
    self.add(call);
    return call;
  }

  /// Whoever holds the lock keeps others out.
  private boolean routesAreLocked() {
    Thread other = Thread.ofVirtual().start(routes::connected);
    try {
      return !other.join(Duration.ofSeconds(2));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private CoreCall requested(String route) {
    CoreCall call = call(route);
    routes.request(call);
    return call;
  }

  /// A stream that keeps what it is given.
  private static final class Stream implements CoreRoutes.Target {
    final String address;
    final List<CoreCall> calls = new ArrayList<>();
    final List<Following> followings = new ArrayList<>();
    int places = Integer.MAX_VALUE;

    Stream(String address) {
      this.address = address;
    }

    @Override
    public String address() {
      return address;
    }

    @Override
    public boolean offer(CoreCall call) {
      return calls.size() < places && calls.add(call);
    }

    @Override
    public void follow(Following change) {
      followings.add(change);
    }

    @Override
    public List<CoreCall> takePending() {
      List<CoreCall> taken = List.copyOf(calls);
      calls.clear();
      return taken;
    }
  }

  private record Ignored() implements TopicListener {
    @Override
    public void event(byte[] payload) {}

    @Override
    public void begun(long epoch) {}

    @Override
    public void broken() {}
  }

  @Test
  void aRouteStaysOnTheStreamThatHasItsUnansweredRequests() {
    Stream first = new Stream("a:1");
    routes.live(first);
    CoreCall one = requested("room");
    IntStream.range(0, 20).forEach(i -> routes.live(new Stream("n" + i + ":1")));
    CoreCall other = requested("room");
    assertEquals(List.of(one, other), first.calls);
    routes.answered(first, one);
    routes.answered(first, other);
    long elsewhere =
        IntStream.range(0, 200).filter(i -> !first.calls.contains(requested("room-" + i))).count();
    assertTrue(elsewhere > 100, "new routes are spread over all");
  }

  @Test
  void theLossOfANodeMovesOnlyWhatItServed() {
    Stream a = new Stream("a:1");
    Stream b = new Stream("b:1");
    Stream c = new Stream("c:1");
    List.of(a, b, c).forEach(routes::live);
    List<CoreCall> calls = IntStream.range(0, 300).mapToObj(i -> requested("room-" + i)).toList();
    List<CoreCall> onA = List.copyOf(a.calls);
    List<CoreCall> onB = List.copyOf(b.calls);
    List<CoreCall> onC = List.copyOf(c.calls);
    assertEquals(calls.size(), onA.size() + onB.size() + onC.size());
    List.of(onA, onB, onC).forEach(share -> assertTrue(share.size() > 50));
    routes.dead(b);
    assertEquals(onA, a.calls.subList(0, onA.size()));
    assertEquals(onC, c.calls.subList(0, onC.size()));
    assertEquals(calls.size(), a.calls.size() + c.calls.size());
  }

  @Test
  void whatADeadStreamLeftGoesElsewhereInItsOrder() {
    Stream a = new Stream("a:1");
    routes.live(a);
    List<CoreCall> calls = List.of(requested("room"), requested("room"), requested("room"));
    Stream b = new Stream("b:1");
    routes.live(b);
    routes.dead(a);
    assertEquals(calls, b.calls);
  }

  /// A request expires on a stream that is dead, while its route has moved on.
  @Test
  void anAnswerOfADeadStreamDoesNotReleaseTheRouteElsewhere() {
    Stream dead = new Stream("a:1");
    routes.live(dead);
    CoreCall expired = requested("room");
    routes.dead(dead);
    Stream live = new Stream("b:1");
    routes.live(live);
    assertEquals(List.of(expired), live.calls);
    routes.answered(dead, expired);
    IntStream.range(0, 20).forEach(i -> routes.live(new Stream("n" + i + ":1")));
    CoreCall next = requested("room");
    assertSame(next, live.calls.getLast(), "its order is kept there");
  }

  @Test
  void withoutANodeRequestsWaitAndThenGoInTheirOrder() {
    CoreCall one = requested("room");
    CoreCall other = requested("room");
    assertFalse(routes.connected());
    Stream stream = new Stream("a:1");
    routes.live(stream);
    assertTrue(routes.connected());
    assertEquals(List.of(one, other), stream.calls);
    assertEquals(Map.of(), answers);
  }

  @Test
  void whatWaitsInVainIsAnsweredAtItsDeadline() {
    CoreCall call = requested("room");
    routes.expire(System.nanoTime());
    assertEquals(Map.of(), answers);
    routes.expire(call.deadlineNanos + 1);
    assertEquals(ErrorCode.UNAVAILABLE, answers.get(call).getError().getCode());
    Stream stream = new Stream("a:1");
    routes.live(stream);
    assertEquals(List.of(), stream.calls);
  }

  @Test
  void whatDoesNotFitIsRefusedAlsoWhenItComesFromADeadStream() {
    Stream full = new Stream("a:1");
    full.places = 1;
    routes.live(full);
    CoreCall first = requested("room");
    assertEquals(ErrorCode.BUSY, answers.get(requested("room")).getError().getCode());
    Stream other = new Stream("b:1");
    other.places = 0;
    routes.live(other);
    routes.dead(full);
    assertEquals(ErrorCode.BUSY, answers.get(first).getError().getCode());
  }

  @Test
  void manyFollowedRoomsAreToldInParts() {
    IntStream.range(0, 12_000).forEach(i -> routes.follow("room-" + i, new Ignored()));
    Stream stream = new Stream("a:1");
    routes.live(stream);
    assertTrue(stream.followings.getFirst().getAnew());
    assertTrue(stream.followings.stream().skip(1).noneMatch(Following::getAnew));
    assertTrue(stream.followings.stream().allMatch(each -> each.getRoomIdsCount() <= 5_000));
    assertEquals(
        12_000,
        stream.followings.stream().flatMap(f -> f.getRoomIdsList().stream()).distinct().count());
  }
}
