package parley.core.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What is asked for twice happens once.
@Timeout(60)
class RoomLogRepeatsTest extends RoomLogFixture {

  @Test
  void aRepeatIsAnsweredWithTheFirstResultForEver() {
    Outcome.Appended first = node.post(ANA, "id-1", "hello");
    Outcome.Appended repeat = node.post(ANA, "id-1", "something else");
    Outcome.Appended elsewhere = new Node().post(ANA, "id-1", "hello");
    assertFalse(first.duplicate());
    assertTrue(repeat.duplicate());
    assertTrue(elsewhere.duplicate());
    assertEquals(first.event().getMessage(), repeat.event().getMessage());
    assertEquals(first.event().getMessage(), elsewhere.event().getMessage());
    assertEquals(1, node.messages().size());
  }

  @Test
  void theSameIdFromAnotherSenderIsAnotherMessage() {
    node.post(ANA, "id-1", "from ana");
    assertFalse(node.post(BEN, "id-1", "from ben").duplicate());
    assertEquals(2, node.messages().size());
  }

  @Test
  void repeatsInOneBurstHaveOneEffect() {
    List<CompletableFuture<Outcome>> answers = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      answers.add(node.submit(ANA, "burst-" + i % 5, message("m" + i % 5)));
    }
    Set<String> ids = new HashSet<>();
    for (CompletableFuture<Outcome> answer : answers) {
      ids.add(assertInstanceOf(Outcome.Appended.class, answer.join()).event().getMessage().getId());
    }
    assertEquals(5, ids.size());
    assertEquals(5, node.messages().size());
  }
}
