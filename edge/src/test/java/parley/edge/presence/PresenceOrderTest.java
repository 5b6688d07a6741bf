package parley.edge.presence;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What is old is told from what is new, and what is missing is noticed.
@Timeout(30)
class PresenceOrderTest {

  @Test
  void aVersionIsNewsOnceAndNeverAfterANewerOne() {
    Versions versions = new Versions();
    assertTrue(versions.isNews("ana", 5));
    assertFalse(versions.isNews("ana", 5), "a repeat");
    assertTrue(versions.isNews("ana", 9));
    assertFalse(versions.isNews("ana", 7), "an old one that came late");
    assertTrue(versions.isNews("ben", 7), "of somebody else");
    long now = System.currentTimeMillis() * 1_000;
    assertTrue(versions.newest() <= now && versions.newest() > now - 60_000_000);
    versions.isNews("ana", now + 10_000_000);
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
}
