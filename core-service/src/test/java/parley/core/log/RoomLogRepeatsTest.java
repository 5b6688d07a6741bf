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
import parley.contract.MessageId;

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
    assertTrue(repeat.conflict(), "it says something else");
    assertFalse(elsewhere.conflict());
    assertEquals(first.event().getMessage(), repeat.event().getMessage());
    assertEquals(first.event().getMessage(), elsewhere.event().getMessage());
    assertEquals(1, node.messages().size());
  }

  @Test
  void ofAMessageWhoseTextIsGoneNoRepeatConflicts() {
    MessageId id = MessageId.parse(node.post(ANA, "id-1", "hello").event().getMessage().getId());
    Command.Edit edit = new Command.Edit(id, "changed");
    assertFalse(done(edit, "e").conflict());
    assertFalse(node.post(ANA, "id-1", "hello").conflict());
    assertFalse(done(edit, "e").conflict());
    assertTrue(done(new Command.Edit(id, "changed otherwise"), "e").conflict());
    done(new Command.Delete(id), "d");
    assertFalse(node.post(ANA, "id-1", "something else").conflict());
    assertFalse(done(new Command.Edit(id, "changed otherwise"), "e").conflict());
  }

  private Outcome.Appended done(Command command, String id) {
    return assertInstanceOf(Outcome.Appended.class, node.submit(ANA, id, command).join());
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
