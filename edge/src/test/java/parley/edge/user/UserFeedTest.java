package parley.edge.user;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import parley.contract.UserId;
import parley.proto.bus.BusEvent;
import parley.proto.bus.MessagesRead;
import parley.proto.bus.UserFeedEntry;

/// What is said to a user arrives once and in order, whatever the bus does.
class UserFeedTest extends FeedFixture {

  @Test
  void whatTheBusBringsInOrderIsToldAtOnceWithoutAskingCore() {
    feeds.start();
    arrive("phone", 0);
    bus.publish(core.member("one"));
    bus.publish(core.member("two"));
    assertEquals(List.of("one", "two"), told.by("phone"));
    assertEquals(List.of(), core.questions);
  }

  @Test
  void whatTheBusRepeatsIsToldOnce() {
    arrive("phone", 0);
    UserFeedEntry one = core.member("one");
    bus.publish(one);
    bus.publish(one);
    bus.publish(core.member("two"));
    bus.publish(one);
    assertEquals(List.of("one", "two"), told.by("phone"));
  }

  @Test
  void aHoleIsFilledFromCoreInOrder() {
    feeds.start();
    arrive("phone", 0);
    core.member("lost");
    bus.publish(core.member("two"));
    awaitHeard("phone", "lost", "two");
  }

  @Test
  void publicationsOfTwoNodesThatCrossAreBothTold() {
    feeds.start();
    arrive("phone", 0);
    UserFeedEntry one = core.member("one");
    bus.publish(core.member("two"));
    bus.publish(one);
    awaitHeard("phone", "one", "two");
  }

  @Test
  void aHeadThatCoreTellsIsEnoughWhileTheBusIsAway() {
    feeds.start();
    arrive("phone", 0);
    bus.of(ANA).broken();
    core.member("one");
    headTold(1);
    awaitHeard("phone", "one");
  }

  @Test
  void whenTheBusIsBackTheFeedIsAskedForAndConnectionsMayHaveBeenTaken() {
    feeds.start();
    arrive("phone", 0);
    bus.of(ANA).begun(1);
    bus.of(ANA).broken();
    core.member("one");
    bus.of(ANA).begun(2);
    awaitHeard("phone", "after silence", "one");
  }

  @Test
  void eachConnectionHearsWhatItsOwnSignInDidNotSay() {
    feeds.start();
    arrive("phone", 0);
    core.member("one");
    core.member("two");
    arrive("laptop", 2);
    awaitHeard("phone", "one", "two");
    bus.publish(core.member("three"));
    awaitHeard("phone", "one", "two", "three");
    awaitHeard("laptop", "three");
    arrive("slow", 1);
    awaitHeard("slow", "two", "three");
    assertEquals(List.of("three"), told.by("laptop"));
    assertEquals(1, bus.follows.get());
  }

  @Test
  void friendsAreReadAsTheyAreNow() {
    feeds.start();
    arrive("phone", 0);
    core.friends("ben");
    bus.publish(core.friends("ben", "cleo"));
    awaitHeard("phone", "friends [ben, cleo]");
  }

  @Test
  void whenChangesAreNotKeptThePresentIsTold() {
    feeds.start();
    arrive("phone", 0);
    core.member("one");
    core.friends("ben");
    core.anew = true;
    headTold(2);
    await().until(() -> !told.by("phone").isEmpty());
    assertTrue(told.by("phone").getFirst().startsWith("anew [one"), () -> told.heard.toString());
    core.anew = false;
    bus.publish(core.member("three"));
    await().until(() -> told.by("phone").contains("three"));
    assertEquals(2, told.by("phone").size());
  }

  /// A database that was put back to an older state.
  @Test
  void numbersThatCoreDoesNotKnowAnyMoreBeginAnew() {
    feeds.start();
    core.member("one");
    core.anew = true;
    arriveLate("phone", 7);
    bus.of(ANA).begun(1);
    awaitHeard("phone", "anew [one] []");
    core.anew = false;
    bus.publish(core.member("two"));
    awaitHeard("phone", "anew [one] []", "two");
  }

  /// The bus or a node's word of heads brought what MongoDB lost afterwards.
  @Test
  void aNumberThatWasToldAndIsLostIsGivenUpAfterAFewQuestions() {
    feeds.start();
    core.member("one");
    arrive("phone", 1);
    headTold(5);
    awaitHeard("phone", "anew [one] []");
    assertTrue(core.questions.size() <= 6, core.questions::toString);
    bus.publish(core.member("two"));
    awaitHeard("phone", "anew [one] []", "two");
  }

  @Test
  void whoHeardALostNumberHearsTheOneThatTakesItsPlace() {
    feeds.start();
    core.member("one");
    arrive("phone", 1);
    arrive("laptop", 2); // its sign-in said so
    awaitHeard("laptop", "anew [one] []");
    bus.publish(core.member("two"));
    awaitHeard("laptop", "anew [one] []", "two");
    awaitHeard("phone", "anew [one] []", "two");
  }

  /// All users of a database that was put back ask at once.
  @Test
  void anAnswerThatWasFullAndSaysThatNumbersAreLostIsFollowedByAnotherQuestion() {
    feeds.start();
    core.member("one");
    core.numberAlone = true;
    arriveLate("phone", 7);
    bus.of(ANA).begun(1);
    awaitHeard("phone", "anew [one] []");
  }

  @Test
  void whileCoreIsAwayItIsAskedAgain() {
    feeds.start();
    core.away = true;
    arrive("phone", 0);
    core.member("lost");
    bus.publish(core.member("two"));
    await().until(() -> core.questions.size() >= 3);
    assertEquals(List.of(), told.by("phone"));
    core.away = false;
    awaitHeard("phone", "lost", "two");
  }

  /// Nobody says that there is more: were it not asked again, it would be for a minute.
  @Test
  void aFeedThatCoreCouldNotReadIsAskedForAgain() {
    feeds.start();
    core.notRead = true;
    arriveLate("phone", 0);
    core.member("lost");
    bus.of(ANA).begun(1);
    await().until(() -> core.questions.size() >= 2);
    assertEquals(List.of(), told.by("phone"));
    core.notRead = false;
    awaitHeard("phone", "lost");
  }

  @Test
  void anAnswerThatWasFullIsFollowedByAnotherQuestion() {
    feeds.start();
    arrive("phone", 0);
    core.numberAlone = true;
    core.member("one");
    headTold(1);
    awaitHeard("phone", "one");
  }

  @Test
  void newsThatThrowAreNotTheEndOfTheFeed() {
    feeds.start();
    arrive("phone", 0);
    bus.publish(core.member("throws"));
    bus.publish(core.member("two"));
    awaitHeard("phone", "throws", "two");
  }

  @Test
  void receiptsAndTakenConnectionsGoThrough() {
    arrive("phone", 0);
    bus.publish(BusEvent.newBuilder().setRead(MessagesRead.newBuilder().setRoomId("one")));
    BusEvent.Builder taken = BusEvent.newBuilder();
    taken.getConnectionTakenBuilder().setPid("secret").setEdgeId("one");
    bus.publish(taken);
    assertEquals(List.of("read in one"), told.by("phone"));
    assertEquals(List.of("taken secret of one"), told.by("edge"));
  }

  @Test
  void aFeedIsFollowedForAsLongAsAConnectionIsThere() {
    arrive("phone", 0);
    arrive("laptop", 0);
    feeds.remove(ANA, "phone");
    feeds.remove(ANA, "phone");
    feeds.remove(ANA, "never there");
    bus.publish(core.member("one"));
    assertEquals(List.of("one"), told.by("laptop"));
    assertEquals(List.of(), told.by("phone"));
    feeds.remove(ANA, "laptop");
    assertEquals(0, feeds.size());
    assertEquals(Map.of(), bus.listeners);
  }

  @Test
  void anEdgeFullOfPeopleAsksForManyAtOnceAndForNobodyTwice() {
    feeds.start();
    List<UserId> users = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      users.add(new UserId("user-" + i));
      feeds.add(users.getLast(), "connection-" + i, 0, System.nanoTime());
    }
    feeds.askAll();
    await()
        .untilAsserted(
            () -> assertEquals(2_000, core.questions.stream().mapToInt(Map::size).sum()));
    assertTrue(
        core.questions.size() <= 60, () -> core.questions.size() + " questions, of 200 at most");
    core.questions.forEach(question -> assertTrue(question.size() <= 200));
  }
}
