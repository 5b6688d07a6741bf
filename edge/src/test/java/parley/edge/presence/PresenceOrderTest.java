package parley.edge.presence;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import parley.proto.presence.PresenceChange;
import parley.proto.presence.Status;
import parley.proto.presence.UserPresence;

/// What is old is told from what is new, and what is missing is noticed.
@Timeout(30)
class PresenceOrderTest {

  @Test
  void aVersionIsNewsOnceAndNeverAfterANewerOne() {
    Versions versions = new Versions();
    assertTrue(versions.isNews(change("ana", 5, Status.ONLINE)));
    assertFalse(versions.isNews(change("ana", 5, Status.ONLINE)), "a repeat");
    assertTrue(versions.isNews(change("ana", 9, Status.ONLINE)));
    assertFalse(versions.isNews(change("ana", 7, Status.ONLINE)), "an old one that came late");
    assertTrue(versions.isNews(change("ben", 7, Status.ONLINE)), "of somebody else");
    long now = System.currentTimeMillis() * 1_000;
    assertTrue(versions.newest() <= now && versions.newest() > now - 120_000_000);
    versions.isNews(change("ana", now + 10_000_000, Status.ONLINE));
    assertTrue(versions.newest() == now + 10_000_000);
  }

  @Test
  void aMissingPublicationOfANodeIsNoticed() {
    Numbers numbers = new Numbers();
    assertTrue(numbers.hole("a", 17), "what a node said before it was first heard was missed");
    assertFalse(numbers.hole("a", 18));
    assertTrue(numbers.hole("a", 20));
    assertFalse(numbers.hole("a", 19), "it came late");
    assertFalse(numbers.hole("b", 1), "a new node's first");
  }

  /// Whoever is asked what was missed knows the present, not what it was before.
  @Test
  void aMissedChangeOfSomebodyWhoWasToldAsHereIsNoComing() {
    Versions versions = new Versions();
    versions.isNews(change("ana", 5, Status.ONLINE));
    assertFalse(versions.asMissed(change("ana", 9, Status.AWAY)).getCameOrWent());
    assertTrue(versions.asMissed(change("ana", 9, Status.OFFLINE)).getCameOrWent());
    assertTrue(versions.asMissed(change("ben", 9, Status.AWAY)).getCameOrWent(), "never told");
    versions.isNews(change("ana", 10, Status.OFFLINE));
    assertTrue(versions.asMissed(change("ana", 11, Status.AWAY)).getCameOrWent());
  }

  private static PresenceChange change(String user, long version, Status status) {
    return PresenceChange.newBuilder()
        .setPresence(
            UserPresence.newBuilder().setUserId(user).setVersion(version).setStatus(status))
        .setCameOrWent(true)
        .build();
  }

  /// Versions are of Redis's clock.
  @Test
  void whereThisClockIsAheadNothingIsOverlookedAtFirst() {
    long redisNow = (System.currentTimeMillis() - 30_000) * 1_000;
    assertTrue(new Versions().newest() < redisNow);
  }
}
