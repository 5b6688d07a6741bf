package parley.core.log;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Updates;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import parley.contract.MessageId;
import parley.contract.RoomId;
import parley.contract.UserId;
import parley.core.room.Rooms;
import parley.core.store.ChatDatabase;
import parley.core.user.UserFeeds;
import parley.core.user.Users;
import parley.embedded.mongo.EmbeddedMongo;
import parley.fanout.memory.InMemoryBus;
import parley.proto.chat.Message;
import parley.proto.chat.Role;
import parley.proto.chat.RoomKind;
import parley.proto.chat.User;
import parley.proto.errors.ErrorCode;

/// The log on a store over MongoDB's wire: the embedded one, or the one that MONGODB_URI names.
@Timeout(60)
class RoomLogTest {

  private static final UserId ANA = new UserId("ana");
  private static final UserId BEN = new UserId("ben");

  @TempDir Path folder;
  private EmbeddedMongo mongo;
  private String uri;
  private final List<AutoCloseable> open = new ArrayList<>();
  private Node node;
  private RoomId room;

  /// One core node's part of the log.
  private final class Node {
    final ChatDatabase database = ChatDatabase.open(uri, false);
    final LogStore store = new LogStore(database);
    final Users users = new Users(database);
    final Rooms rooms = new Rooms(database, 500);
    final InMemoryBus bus = new InMemoryBus();
    final UserFeeds feeds = new UserFeeds(database, bus);
    final RoomLog log = new RoomLog(store, rooms, users, new RequestKeys(database), bus, feeds, 4);
    final History history = new History(store, new RoomEvents(users), log);

    Node() {
      log.start();
      open.add(database);
      open.add(log);
      open.add(bus);
    }

    CompletableFuture<Outcome> submit(UserId sender, String clientId, Command command) {
      CompletableFuture<Outcome> answer = new CompletableFuture<>();
      log.submit(
          room,
          new Submission(
              sender,
              RequestName.of(clientId, java.util.UUID.randomUUID().toString()),
              command,
              null,
              System.nanoTime() + TimeUnit.SECONDS.toNanos(10),
              answer::complete));
      return answer;
    }

    Outcome.Appended post(UserId sender, String clientId, String content) {
      return assertInstanceOf(
          Outcome.Appended.class, submit(sender, clientId, message(content)).join());
    }

    List<Message> messages() {
      return history.messages(room, 0, 100, 0).getMessagesList();
    }
  }

  @BeforeEach
  void start() throws Exception {
    String given = System.getenv("MONGODB_URI");
    if (given == null) {
      mongo = EmbeddedMongo.start(folder, 0, false);
      uri = mongo.uri();
    } else {
      uri = given;
    }
    node = new Node();
    node.database.createIndexes();
    room = new RoomId("room-" + java.util.UUID.randomUUID());
    for (UserId user : List.of(ANA, BEN)) {
      node.users.put(
          User.newBuilder().setId(user.value()).setUsername(user.value()).setActive(true).build());
    }
    node.rooms.create(room, RoomKind.GROUP, "Room");
    node.submit(LogEntry.SYSTEM, "", new Command.AddMember(ANA, Role.MEMBER)).join();
    node.submit(LogEntry.SYSTEM, "", new Command.AddMember(BEN, Role.MODERATOR)).join();
  }

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable one : open.reversed()) {
      one.close();
    }
    if (mongo != null) {
      mongo.close();
    }
  }

  private static Command message(String content) {
    return new Command.Post(new Change.Posted("text", content, List.of(), ""));
  }

  @Test
  void positionsAreDenseAndAFreshNodeGoesOnAfterThem() {
    for (int i = 0; i < 10; i++) {
      assertEquals(i + 3, node.post(ANA, "", "m" + i).event().getSeq());
    }
    assertEquals(13, new Node().post(BEN, "", "other node").event().getSeq());
    assertEquals(14, node.post(ANA, "", "first node again").event().getSeq());
  }

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

  @Test
  void twoNodesAppendingToOneRoomMakeOneDenseLogWithEverythingOnce() {
    Node other = new Node();
    List<CompletableFuture<Outcome>> answers = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      answers.add(node.submit(ANA, "a" + i, message("a" + i)));
      answers.add(other.submit(BEN, "b" + i, message("b" + i)));
    }
    Set<Long> positions = new HashSet<>();
    for (CompletableFuture<Outcome> answer : answers) {
      Outcome.Appended appended = assertInstanceOf(Outcome.Appended.class, answer.join());
      assertTrue(positions.add(appended.event().getSeq()), "two at " + appended.event().getSeq());
    }
    List<LogEntry> log = node.store.read(room, 0, Long.MAX_VALUE, 10_000);
    List<String> ana = new ArrayList<>();
    List<String> ben = new ArrayList<>();
    long ordinal = 0;
    long at = 0;
    for (int i = 0; i < log.size(); i++) {
      LogEntry entry = log.get(i);
      assertEquals(i + 1, entry.seq());
      assertTrue(entry.atMs() >= at, "commit time never decreases");
      at = entry.atMs();
      if (entry.change() instanceof Change.Posted posted) {
        assertEquals(++ordinal, entry.ordinal());
        (entry.sender().equals(ANA) ? ana : ben).add(posted.content());
      }
    }
    assertEquals(602, log.size());
    assertEquals(Collections.nCopies(300, "a"), ana.stream().map(s -> s.substring(0, 1)).toList());
    for (int i = 0; i < 300; i++) {
      assertEquals("a" + i, ana.get(i), "a sender's order is kept");
      assertEquals("b" + i, ben.get(i), "a sender's order is kept");
    }
  }

  @Test
  void onlyMembersMayPostAndARemovedOneMayNotAnyMore() {
    UserId eve = new UserId("eve");
    assertEquals(
        ErrorCode.ACCESS_DENIED, refusal(node.submit(eve, "", message("let me in")).join()));
    node.post(ANA, "before", "hello");
    // Another node removes her: this one finds out when its next write collides.
    new Node().submit(LogEntry.SYSTEM, "", new Command.RemoveMember(ANA)).join();
    assertEquals(ErrorCode.ACCESS_DENIED, refusal(node.submit(ANA, "", message("again")).join()));
    assertTrue(node.post(ANA, "before", "hello").duplicate(), "a repeat gets its first result");
  }

  @Test
  void authorsAndModeratorsEditOthersDoNot() {
    MessageId bens = MessageId.parse(node.post(BEN, "", "by ben").event().getMessage().getId());
    MessageId anas = MessageId.parse(node.post(ANA, "", "by ana").event().getMessage().getId());
    assertEquals(
        ErrorCode.UNAUTHORIZED,
        refusal(node.submit(ANA, "", new Command.Edit(bens, "mine now")).join()));
    assertInstanceOf(
        Outcome.Appended.class, node.submit(ANA, "", new Command.Edit(anas, "edited")).join());
    assertInstanceOf(
        Outcome.Appended.class, node.submit(BEN, "", new Command.Edit(anas, "moderated")).join());
    Message message = node.messages().getLast();
    assertEquals("moderated", message.getContent());
    assertTrue(message.getEditedAtMs() >= message.getCreatedAtMs());
  }

  @Test
  void editingToTheSameTextAgainChangesNothing() {
    MessageId id = MessageId.parse(node.post(ANA, "", "one").event().getMessage().getId());
    Outcome.Appended first =
        (Outcome.Appended) node.submit(ANA, "", new Command.Edit(id, "two")).join();
    Outcome.Appended again =
        (Outcome.Appended) node.submit(ANA, "", new Command.Edit(id, "two")).join();
    assertTrue(again.duplicate());
    assertEquals(first.event().getSeq(), again.event().getSeq());
    assertEquals(first.event().getSeq(), node.history.head(room));
  }

  @Test
  void deletingErasesTheTextEverywhereAndIsHarmlessToRepeat() {
    MessageId id = MessageId.parse(node.post(ANA, "", "secret").event().getMessage().getId());
    node.submit(ANA, "", new Command.Edit(id, "secret, edited")).join();
    Outcome.Appended first = (Outcome.Appended) node.submit(ANA, "", new Command.Delete(id)).join();
    Outcome.Appended again = (Outcome.Appended) node.submit(ANA, "", new Command.Delete(id)).join();
    assertEquals(first.event().getSeq(), again.event().getSeq());
    assertTrue(again.duplicate());
    assertEquals(
        ErrorCode.NOT_FOUND, refusal(node.submit(ANA, "", new Command.Edit(id, "x")).join()));
    Message message = node.messages().getLast();
    assertEquals("", message.getContent());
    assertTrue(message.getDeletedAtMs() > 0);
    List<org.bson.Document> raw =
        node.database.log().find(Filters.eq("room", room.value())).into(new ArrayList<>());
    assertFalse(raw.toString().contains("secret"), raw::toString);
  }

  @Test
  void aNodeThatDiedBetweenAnEntryAndItsProjectionIsMadeGood() {
    MessageId id = MessageId.parse(node.post(ANA, "", "one").event().getMessage().getId());
    await().until(() -> node.rooms.find(room).orElseThrow().projectedSeq() == id.seq());
    // What a node leaves that is killed right after the commit of an edit and of a removal.
    LogEntry edit =
        new LogEntry(
            room,
            id.seq() + 1,
            "r:dead-1",
            ANA,
            System.currentTimeMillis(),
            1,
            1,
            new Change.Edited(id, "two"),
            LogEntry.State.FRESH);
    LogEntry removal =
        new LogEntry(
            room,
            id.seq() + 2,
            "r:dead-2",
            LogEntry.SYSTEM,
            System.currentTimeMillis(),
            1,
            1,
            new Change.MemberRemoved(ANA),
            LogEntry.State.FRESH);
    assertEquals(LogStore.Written.ALL, node.store.append(List.of(edit, removal)).rest());
    Node next = new Node();
    assertEquals(ErrorCode.ACCESS_DENIED, refusal(next.submit(ANA, "", message("x")).join()));
    assertEquals("two", next.messages().getLast().getContent());
  }

  @Test
  void aLateProjectionNeverOverwritesANewerOne() {
    MessageId id = MessageId.parse(node.post(ANA, "", "one").event().getMessage().getId());
    node.submit(ANA, "", new Command.Edit(id, "two")).join();
    node.submit(ANA, "", new Command.Edit(id, "three")).join();
    node.store.projectEdit(id, "two", id.seq() + 1, System.currentTimeMillis());
    assertEquals("three", node.messages().getLast().getContent());
  }

  @Test
  void aHoleThatLastsIsClosedWithAVoidEntry() {
    node.post(ANA, "", "one");
    long head = node.history.head(room);
    await().until(() -> node.rooms.find(room).orElseThrow().projectedSeq() == head);
    LogEntry beyond =
        new LogEntry(
            room,
            head + 2,
            "r:beyond",
            ANA,
            System.currentTimeMillis(),
            2,
            2,
            new Change.Posted("text", "beyond", List.of(), ""),
            LogEntry.State.FRESH);
    node.store.append(List.of(beyond));
    Node next = new Node();
    assertEquals(head + 3, next.post(BEN, "", "after").event().getSeq());
    assertInstanceOf(
        Change.Voided.class, node.store.at(new MessageId(room, head + 1)).orElseThrow().change());
  }

  @Test
  void historyPagesBackToTheFirstMessage() {
    for (int i = 0; i < 25; i++) {
      node.post(ANA, "", "m" + i);
    }
    List<String> seen = new ArrayList<>();
    long before = 0;
    boolean more = true;
    while (more) {
      var page = node.history.messages(room, before, 10, 0);
      List<String> contents = page.getMessagesList().stream().map(Message::getContent).toList();
      seen.addAll(0, contents);
      before = page.getMessages(0).getOrdinal();
      more = page.getHasMore();
    }
    assertEquals(25, seen.size());
    assertEquals("m0", seen.getFirst());
    assertEquals("m24", seen.getLast());
  }

  @Test
  void retentionRemovesAPrefixRaisesTheFloorAndKeepsTheLastEntry() {
    List<Outcome.Appended> posts = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      posts.add(node.post(ANA, "", "m" + i));
      long now = System.currentTimeMillis();
      await().until(() -> System.currentTimeMillis() > now); // a commit time of its own
    }
    long head = node.history.head(room);
    await().until(() -> node.rooms.find(room).orElseThrow().projectedSeq() == head);
    Retention retention = new Retention(node.store, node.rooms, java.time.Duration.ofDays(1));
    open.add(retention);
    long cut = posts.get(6).event().getCommitTimeMs();
    retention.prune(node.rooms.find(room).orElseThrow(), cut);
    assertEquals(posts.get(5).event().getSeq(), node.rooms.find(room).orElseThrow().floor());
    assertEquals(
        List.of("m6", "m7", "m8", "m9"),
        node.messages().stream().map(Message::getContent).toList());
    retention.prune(node.rooms.find(room).orElseThrow(), Long.MAX_VALUE);
    assertEquals(List.of("m9"), node.messages().stream().map(Message::getContent).toList());
    Node next = new Node();
    assertEquals(head + 1, next.post(ANA, "", "goes on").event().getSeq());
  }

  @Test
  void memoryAnswersAsTheStoreDoesAndKnowsWhenItCannot() {
    List<MessageId> ids = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      ids.add(MessageId.parse(node.post(ANA, "", "m" + i).event().getMessage().getId()));
    }
    node.submit(ANA, "", new Command.Edit(ids.get(20), "edited")).join();
    node.submit(ANA, "", new Command.Edit(ids.get(25), "soon gone")).join();
    node.submit(ANA, "", new Command.Delete(ids.get(25))).join();
    long head = node.history.head(room);
    RoomLog.RecentMessages remembered = node.log.recentMessages(room, 11, head);
    assertEquals(head, remembered.head());
    assertEquals(
        node.history.messages(room, 0, 10, 0).getMessagesList(),
        node.history.messages(room, 0, 10, head).getMessagesList());
    List<LogEntry> entries = node.log.recent(room, head - 10, head);
    RoomEvents events = new RoomEvents(node.users);
    assertEquals(
        node.store.read(room, head - 10, head, 10).stream().map(events::of).toList(),
        entries.stream().map(events::of).toList());
    assertEquals(null, node.log.recentMessages(room, 11, head + 1), "somebody knows of more");
    assertEquals(null, node.log.recent(room, head - 1, head + 1));
    for (int i = 0; i < RecentEntries.MOST_IN_A_ROOM; i++) {
      node.post(BEN, "", "push " + i);
    }
    assertEquals(null, node.log.recent(room, 0, head), "too long ago");
    assertEquals(null, node.log.recentMessages(room, 101, 1), "more than is remembered");
  }

  @Test
  void lastMessageAndProgressAreWrittenWithinASecondOrSo() {
    Message last = node.post(ANA, "", "the last").event().getMessage();
    await().until(() -> node.rooms.find(room).orElseThrow().lastMessage() != null);
    await()
        .untilAsserted(
            () -> {
              var stored = node.rooms.find(room).orElseThrow();
              assertEquals(last, stored.lastMessage());
              assertEquals(last.getCreatedAtMs(), stored.lastActivityMs());
              assertEquals(last.getSeq(), stored.projectedSeq());
            });
  }

  @Test
  void anExpiredCommandIsDroppedUnwritten() {
    CompletableFuture<Outcome> answer = new CompletableFuture<>();
    node.log.submit(
        room,
        new Submission(
            ANA,
            RequestName.minted("r:late"),
            message("late"),
            null,
            System.nanoTime() - 1,
            answer::complete));
    assertEquals(ErrorCode.DEADLINE_EXCEEDED, refusal(answer.join()));
    assertEquals(0, node.messages().size());
  }

  @Test
  void theStoredFormatIsAsDocumentedAndToleratesFieldsOfTheFuture() {
    // The stored format is for good: fields by name, so that a change here is noticed.
    node.post(ANA, "cm", "hello");
    org.bson.Document stored =
        node.database
            .log()
            .find(Filters.and(Filters.eq("room", room.value()), Filters.eq("type", "message")))
            .first();
    assertEquals(
        Set.of(
            "_id",
            "room",
            "seq",
            "type",
            "sender",
            "dedupe",
            "at",
            "m",
            "mm",
            "kind",
            "content",
            "attachments",
            "rev"),
        stored.keySet());
    assertEquals(stored.getLong("m"), stored.getLong("mm"));
    assertTrue(stored.getString("dedupe").startsWith("k:"));
    assertFalse(stored.getString("dedupe").contains("ana"), "names nobody");
    List<String> later = List.of("thread", "t", "parts", "encoding", "x");
    for (String field : later) {
      node.database.log().updateOne(Filters.eq("_id", stored.get("_id")), Updates.set(field, 1));
    }
    assertEquals("hello", node.messages().getFirst().getContent());
    MessageId id = MessageId.parse(stored.getString("_id"));
    node.submit(ANA, "", new Command.Edit(id, "edited")).join();
    node.submit(ANA, "", new Command.Delete(id)).join();
    assertTrue(
        node.database
            .log()
            .find(Filters.eq("_id", id.toString()))
            .first()
            .keySet()
            .containsAll(later),
        "what others will write is kept");
  }

  @Test
  void aLogThatCountsThreadsApartGoesOnCounting() {
    Message first = node.post(ANA, "", "one").event().getMessage();
    await().until(() -> node.rooms.find(room).orElseThrow().projectedSeq() == first.getSeq());
    node.database
        .log()
        .updateOne(Filters.eq("_id", first.getId()), Updates.set("mm", 0L)); // as of a thread
    LogEntry next =
        node.store
            .at(MessageId.parse(new Node().post(ANA, "", "two").event().getMessage().getId()))
            .orElseThrow();
    assertEquals(2, next.ordinal());
    assertEquals(1, next.mainOrdinal());
  }

  @Test
  void anEntryFromBeforeTheMainLineWasCountedCountsAsOfIt() {
    Message first = node.post(ANA, "", "one").event().getMessage();
    node.database.log().updateOne(Filters.eq("_id", first.getId()), Updates.unset("mm"));
    assertEquals(1, node.store.at(MessageId.parse(first.getId())).orElseThrow().mainOrdinal());
  }

  @Test
  void aDeletedLastMessageIsAtOnceGoneFromTheRoomToo() {
    Message last = node.post(ANA, "", "secret").event().getMessage();
    await().until(() -> node.rooms.find(room).orElseThrow().lastMessage() != null);
    new Node().submit(BEN, "", new Command.Delete(MessageId.parse(last.getId()))).join();
    Message shown = node.rooms.find(room).orElseThrow().lastMessage();
    assertEquals("", shown.getContent());
    assertTrue(shown.getDeletedAtMs() > 0);
  }

  @Test
  void anEditedLastMessageIsShownAsItIs() {
    Message last = node.post(ANA, "", "one").event().getMessage();
    await().until(() -> node.rooms.find(room).orElseThrow().lastMessage() != null);
    node.submit(ANA, "", new Command.Edit(MessageId.parse(last.getId()), "two")).join();
    await()
        .until(() -> node.rooms.find(room).orElseThrow().lastMessage().getContent().equals("two"));
  }

  @Test
  void nobodyIsTurnedAwayForWhatAnotherNodeHasChangedSince() {
    UserId eve = new UserId("eve");
    assertEquals(ErrorCode.ACCESS_DENIED, refusal(node.submit(eve, "", message("x")).join()));
    Node other = new Node();
    other.submit(LogEntry.SYSTEM, "", new Command.AddMember(eve, Role.MEMBER)).join();
    node.post(eve, "", "I am a member");
    other.submit(LogEntry.SYSTEM, "", new Command.RemoveMember(eve)).join();
    other.submit(LogEntry.SYSTEM, "", new Command.AddMember(eve, Role.MEMBER)).join();
    node.submit(LogEntry.SYSTEM, "", new Command.RemoveMember(eve)).join();
    assertEquals(Role.ROLE_UNSPECIFIED, node.rooms.membership(room, eve).orElseThrow().role());
  }

  @Test
  void whatAnotherNodeDeletedIsNotReadFromMemory() {
    MessageId id = MessageId.parse(node.post(ANA, "", "secret").event().getMessage().getId());
    new Node().submit(ANA, "", new Command.Delete(id)).join();
    assertEquals("", node.history.messages(room, 0, 1, id.seq()).getMessages(0).getContent());
  }

  @Test
  void retentionRemovesALongPrefixInSlices() {
    long first = node.history.head(room) + 1;
    List<LogEntry> entries = new ArrayList<>();
    for (int i = 0; i < 2 * Retention.SLICE + 10; i++) {
      entries.add(
          new LogEntry(
              room,
              first + i,
              "r:old-" + i,
              ANA,
              1_000,
              i + 1L,
              i + 1L,
              new Change.Posted("text", "m", List.of(), ""),
              LogEntry.State.FRESH));
    }
    assertEquals(LogStore.Written.ALL, node.store.append(entries).rest());
    long head = new Node().post(ANA, "", "the last").event().getSeq();
    await().until(() -> node.rooms.find(room).orElseThrow().projectedSeq() == head);
    Retention retention = new Retention(node.store, node.rooms, java.time.Duration.ofDays(1));
    open.add(retention);
    retention.prune(node.rooms.find(room).orElseThrow(), Long.MAX_VALUE);
    assertEquals(head, node.store.oldest(room));
  }

  private static ErrorCode refusal(Outcome outcome) {
    return assertInstanceOf(Outcome.Refused.class, outcome).error().getCode();
  }
}
