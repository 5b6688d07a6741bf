package parley.edge.user;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/// What changes while somebody signs in, and before the bus is heard, is not missed; and core is
/// asked for it only when it cannot have said so by itself.
class SignedInFeedTest extends FeedFixture {

  /// Between the sign-in answer and the moment from which the bus is heard core says what changed:
  /// here before the connection is there to hear it.
  @Test
  void aHeadThatWasToldWhileSomebodySignedInIsNotMissed() {
    feeds.start();
    core.member("before the sign-in");
    long asked = System.nanoTime();
    core.member("after it");
    headTold(2);
    feeds.add(ANA, "phone", 1, asked);
    bus.of(ANA).begun(1);
    awaitHeard("phone", "after it");
    assertEquals(1, core.questions.size());
  }

  @Test
  void whoSignsInIsNotAskedForWhenNothingCanHaveBeenMissed() {
    feeds.start();
    arrive("phone", 0);
    bus.of(ANA).begun(1);
    bus.publish(core.member("one"));
    headTold(1);
    arrive("laptop", 1);
    core.member("two");
    headTold(2);
    awaitHeard("laptop", "two");
    assertEquals(1, core.questions.size());
  }

  @Test
  void whoseSignInTookLongIsAskedForOnce() {
    feeds.start();
    core.member("one");
    arriveLate("phone", 0);
    awaitHeard("phone", "one");
    assertEquals(1, core.questions.size());
  }

  /// A node that broke off had something to say, perhaps.
  @Test
  void whoSignedInWhileAStreamBrokeIsAskedFor() {
    feeds.start();
    long asked = System.nanoTime();
    core.member("one");
    feeds.askAll();
    feeds.add(ANA, "phone", 0, asked);
    awaitHeard("phone", "one");
  }

  /// A node without a stream to this edge cannot say what it changes.
  @Test
  void whoSignsInSoonAfterAStreamBrokeIsAskedFor() {
    try (UserFeeds<String> unsettled =
        new UserFeeds<>(bus, core, told, new RecentHeads(Duration.ofMinutes(1)))) {
      unsettled.start();
      core.member("one");
      unsettled.add(ANA, "phone", 0, System.nanoTime());
      awaitHeard("phone", "one");
    }
  }
}
