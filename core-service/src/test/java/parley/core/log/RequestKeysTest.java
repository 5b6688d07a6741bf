package parley.core.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Updates;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import parley.contract.MessageId;
import parley.contract.RoomId;
import parley.contract.UserId;
import parley.embedded.mongo.EmbeddedMongo;
import parley.proto.chat.Message;
import parley.proto.chat.Role;
import parley.proto.chat.RoomKind;
import parley.proto.errors.ErrorCode;

/// What is the same request, and who is told of it.
@Timeout(60)
class RequestKeysTest {

  private static final UserId ANA = new UserId("ana");
  private static final UserId BEN = new UserId("ben");
  private static final UserId EVE = new UserId("eve");

  @TempDir Path folder;
  private EmbeddedMongo mongo;
  private final List<AutoCloseable> open = new ArrayList<>();
  private final RoomId room = new RoomId("room-" + UUID.randomUUID());
  private LogNode node;

  @BeforeEach
  void start() throws Exception {
    mongo = EmbeddedMongo.start(folder, 0, false);
    node = node();
    node.database.createIndexes();
    node.rooms.create(room, RoomKind.GROUP, "Room");
    member(ANA, Role.MEMBER);
    member(BEN, Role.MODERATOR);
  }

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable one : open.reversed()) {
      one.close();
    }
    mongo.close();
  }

  private LogNode node() {
    LogNode made = new LogNode(mongo.uri());
    open.add(made);
    return made;
  }

  private void member(UserId user, Role role) {
    node.done(room, LogEntry.SYSTEM, "", new Command.AddMember(user, role));
  }

  private static Command post(String content) {
    return new Command.Post(new Change.Posted("text", content, List.of(), ""));
  }

  private Message sent(UserId sender, String id, String content) {
    return node.done(room, sender, id, post(content)).event().getMessage();
  }

  private static ErrorCode refusal(Outcome outcome) {
    return assertInstanceOf(Outcome.Refused.class, outcome).error().getCode();
  }

  @Test
  void idsOfDifferentUsersNeverMeetWhateverTheyHold() {
    UserId acme = new UserId("acme");
    UserId victim = new UserId("acme:bob");
    member(acme, Role.MEMBER);
    member(victim, Role.MEMBER);
    sent(acme, "bob:1", "the attacker's");
    Outcome.Appended own = node.done(room, victim, "1", post("the victim's"));
    assertFalse(own.duplicate());
    assertEquals("the victim's", own.event().getMessage().getContent());
  }

  @Test
  void anEditWithTheMessagesOwnIdIsAnEdit() {
    MessageId id = MessageId.parse(sent(ANA, "1", "one").getId());
    assertFalse(node.done(room, ANA, "1", new Command.React(id, "+1", false)).duplicate());
    assertFalse(node.done(room, ANA, "1", new Command.React(id, "+1", true)).duplicate());
    assertFalse(node.done(room, ANA, "1", new Command.Edit(id, "two")).duplicate());
    assertTrue(node.done(room, ANA, "1", new Command.Edit(id, "two")).duplicate());
    assertEquals(
        "two",
        node.history.messages(room, 0, 1, 0, node.history.head(room)).getMessages(0).getContent());
    assertFalse(node.done(room, ANA, "1", new Command.Delete(id)).duplicate());
    assertEquals(
        "",
        node.history.messages(room, 0, 1, 0, node.history.head(room)).getMessages(0).getContent());
  }

  @Test
  void anEditOfAnotherMessageIsAnotherEdit() {
    MessageId one = MessageId.parse(sent(ANA, "", "one").getId());
    MessageId two = MessageId.parse(sent(ANA, "", "two").getId());
    node.done(room, ANA, "e", new Command.Edit(one, "changed"));
    assertFalse(node.done(room, ANA, "e", new Command.Edit(two, "changed")).duplicate());
  }

  @Test
  void aSendWithTheIdOfAnEditIsAMessage() {
    MessageId id = MessageId.parse(sent(ANA, "", "one").getId());
    node.done(room, ANA, "e", new Command.Edit(id, "two"));
    Outcome.Appended message = node.done(room, ANA, "e", post("three"));
    assertFalse(message.duplicate());
    assertFalse(message.event().getMessage().getId().isEmpty());
  }

  @Test
  void whoNeverWasAMemberIsToldNothing() {
    sent(ANA, "1", "secret");
    assertEquals(
        ErrorCode.ACCESS_DENIED, refusal(node.submit(room, EVE, "1", post("guess")).join()));
    assertEquals(
        ErrorCode.ACCESS_DENIED,
        refusal(node.submit(room, new UserId("eve:ana"), "1", post("guess")).join()));
  }

  @Test
  void aRemovedAuthorsRepeatShowsNothingNew() {
    Message mine = sent(ANA, "1", "mine");
    MessageId id = MessageId.parse(mine.getId());
    node.done(room, LogEntry.SYSTEM, "", new Command.RemoveMember(ANA));
    node.done(room, BEN, "", new Command.Edit(id, "moderated"));
    node.done(room, BEN, "", new Command.React(id, "+1", false));
    for (LogNode each : List.of(node, node())) {
      Outcome.Appended repeat = each.done(room, ANA, "1", post("mine"));
      assertTrue(repeat.duplicate());
      assertEquals(mine, repeat.event().getMessage());
    }
  }

  @Test
  void entriesOfOldAreStillRecognised() {
    Message message = sent(ANA, "", "one");
    node.database
        .log()
        .updateOne(Filters.eq("_id", message.getId()), Updates.set("dedupe", "c:ana:old"));
    LogNode next = node();
    Outcome.Appended repeat = next.done(room, ANA, "old", post("one"));
    assertTrue(repeat.duplicate());
    assertEquals(message.getId(), repeat.event().getMessage().getId());
    MessageId id = MessageId.parse(message.getId());
    assertFalse(
        next.done(room, ANA, "old", new Command.Edit(id, "two")).duplicate(), "of another kind");
    assertFalse(next.done(room, BEN, "old", post("ben's")).duplicate());
    assertTrue(next.done(room, ANA, "old", post("one")).duplicate(), "for ever");
  }

  @Test
  void theKeyOfOldOfAnotherSenderIsNotOnes() {
    UserId victim = new UserId("ana:bob");
    member(victim, Role.MEMBER);
    Message message = sent(ANA, "", "ana's");
    node.database
        .log()
        .updateOne(Filters.eq("_id", message.getId()), Updates.set("dedupe", "c:ana:bob:1"));
    assertFalse(node().done(room, victim, "1", post("the victim's")).duplicate());
  }

  @Test
  void allNodesAgreeAndSoDoTheirSuccessors() {
    LogNode one = node();
    LogNode other = node();
    RequestName name = new RequestName("id", true);
    String key = one.parts.keys().of(ANA, name, post("x"));
    assertEquals(key, other.parts.keys().of(ANA, name, post("y")));
    assertNotEquals(key, other.parts.keys().of(BEN, name, post("x")));
    assertEquals(34, key.length());
  }

  /// It was lost, and meanwhile the sender is no moderator any more.
  @Test
  void aModeratorsRepeatIsAnsweredAlsoWhenTheyAreNoneAnyMore() {
    MessageId edited = MessageId.parse(sent(ANA, "", "one").getId());
    MessageId deleted = MessageId.parse(sent(ANA, "", "two").getId());
    Outcome.Appended edit = node.done(room, BEN, "e", new Command.Edit(edited, "changed"));
    Outcome.Appended deletion = node.done(room, BEN, "d", new Command.Delete(deleted));
    member(BEN, Role.MEMBER);
    Outcome.Appended again = node.done(room, BEN, "e", new Command.Edit(edited, "changed"));
    assertEquals(edit.event(), again.event());
    assertEquals(deletion.event(), node.done(room, BEN, "d", new Command.Delete(deleted)).event());
    assertEquals(
        ErrorCode.UNAUTHORIZED,
        refusal(node.submit(room, BEN, "new", new Command.Edit(edited, "again")).join()));
  }

  @Test
  void aRepeatIsAnsweredAlsoWhenItsMessageIsNotKeptAnyMore() {
    MessageId id = MessageId.parse(sent(ANA, "", "one").getId());
    Outcome.Appended edit = node.done(room, ANA, "e", new Command.Edit(id, "two"));
    node.store.remove(room, id.seq() - 1, id.seq());
    assertEquals(edit.event(), node.done(room, ANA, "e", new Command.Edit(id, "two")).event());
  }

  @Test
  void halfASurrogatePairIsNoId() {
    assertEquals(
        ErrorCode.INVALID_ARGUMENT, refusal(node.submit(room, ANA, "\ud800A", post("x")).join()));
  }
}
