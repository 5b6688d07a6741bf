package parley.edge.recovery;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// Whoever has a connection saved hears once what became of it.
class SaveListenerTest extends SavedConnectionsFixture {

  @Test
  void aSupplierThatThrowsHurtsNoOtherConnection() {
    saved.start(lasting());
    Verdicts told = new Verdicts();
    saved.save(
        "bad",
        () -> {
          throw new IllegalStateException("a session's own fault");
        },
        told);
    saved.save("good", () -> connection("ana", 1));
    await().until(() -> saved.find("good") != null);
    saved.save("later", () -> connection("ben", 1));
    await().until(() -> saved.find("later") != null);
    saved.flush(5_000);
    assertEquals(List.of("not saved"), told.heard, "nothing was saved of it");
    assertTrue(saved.silentMillis("edge") < 5_000, "the edge's key is there");
    assertTrue(saved.alive());
  }

  /// The writer does not write yet.
  @Test
  void whoeverWantsOneTooManySavedHearsThatAtOnceAndTheOthersWhenItIsDone() {
    Verdicts early = new Verdicts();
    saved.save("early", () -> connection("ana", 1), early);
    for (int i = 1; i < 100_000; i++) {
      saved.save("pid-" + i, () -> connection("ana", 1));
    }
    Verdicts late = new Verdicts();
    saved.save("late", () -> connection("ben", 1), late);
    assertEquals(List.of("not saved"), late.heard);
    saved.save("early", () -> connection("ana", 2), early, late);
    assertEquals(List.of(), early.heard);
    saved.start(lasting());
    await().until(() -> !early.heard.isEmpty());
    assertEquals(List.of("saved"), early.heard, "it waited twice, and hears once");
    assertEquals(List.of("not saved", "saved"), late.heard);
  }

  @Test
  void manyWhoWaitForOneConnectionAreNotAllRemembered() {
    List<Verdicts> all = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      all.add(new Verdicts());
      saved.save("pid", () -> connection("ana", 1), all.getLast());
    }
    saved.save("pid", () -> connection("last", 1), all.getLast());
    saved.start(lasting());
    await().until(() -> all.stream().noneMatch(told -> told.heard.isEmpty()));
    assertEquals(List.of("saved"), all.getFirst().heard);
    assertTrue(all.stream().filter(told -> told.heard.contains("saved")).count() < 100);
    assertEquals("last", saved.find("pid").getUserId());
  }

  @Test
  void whoWaitsForAConnectionThatIsForgottenHearsThat() {
    Verdicts told = new Verdicts();
    saved.save("pid", () -> connection("ana", 1), told);
    saved.forget("pid");
    assertEquals(List.of("not saved"), told.heard);
  }

  /// Its client says goodbye at that moment.
  @Test
  void aConnectionThatIsForgottenWhileItIsWrittenDoesNotComeBack() {
    saved.start(lasting());
    saved.save(
        "pid",
        () -> {
          saved.forget("pid");
          return connection("ana", 1);
        });
    saved.flush(5_000);
    assertNull(saved.find("pid"));
    assertEquals(List.of(), taken);
  }

  @Test
  void whoeverIsToldAndThrowsHurtsNoOtherConnection() {
    saved.start(lasting());
    AtomicInteger told = new AtomicInteger();
    saved.save(
        "one",
        () -> connection("ana", 1),
        () -> {
          throw new IllegalStateException("a session's own fault");
        },
        told::incrementAndGet);
    saved.save("two", () -> connection("ben", 1), told::incrementAndGet);
    await().until(() -> told.get() == 2);
  }
}
