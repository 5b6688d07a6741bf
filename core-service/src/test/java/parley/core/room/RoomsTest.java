package parley.core.room;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.mongodb.MongoBulkWriteException;
import com.mongodb.client.model.IndexOptions;
import com.mongodb.client.model.Indexes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import parley.contract.RoomId;
import parley.contract.UserId;
import parley.core.store.ChatDatabase;
import parley.embedded.mongo.EmbeddedMongo;
import parley.proto.chat.Role;
import parley.proto.chat.RoomKind;

/// The rooms of many users, on a store over MongoDB's wire.
@Timeout(60)
class RoomsTest {

  private static final UserId ANA = new UserId("ana");
  private static final UserId BEN = new UserId("ben");
  private static final UserId EVE = new UserId("eve");

  @TempDir Path folder;

  private static Document former(int index) {
    return new Document("_id", "x" + index + "~ana")
        .append("room", "x" + index)
        .append("user", "ana")
        .append("role", 1)
        .append("joinedAt", new Date(index))
        .append("rev", 1L);
  }

  private static List<String> ids(Map<UserId, List<StoredRoom>> rooms, UserId user) {
    return rooms.get(user).stream().map(StoredRoom::id).map(RoomId::value).toList();
  }

  /// 20,000 are read together; beyond that one user after the other, each of few at a time.
  @Test
  void whoIsInVeryManyRoomsIsFoundBesideOthers() throws Exception {
    try (EmbeddedMongo mongo = EmbeddedMongo.start(folder, 0, false);
        ChatDatabase database = ChatDatabase.open(mongo.uri(), false)) {
      database.createIndexes();
      Rooms rooms = new Rooms(database, 500);
      List<Document> many = new ArrayList<>();
      for (int i = 0; i < 20_000; i++) {
        many.add(former(i));
      }
      database.memberships().insertMany(many);
      long now = System.currentTimeMillis();
      for (String room : List.of("a", "b", "c")) {
        rooms.create(new RoomId(room), RoomKind.GROUP, room);
        rooms.memberships().project(new RoomId(room), ANA, Role.MEMBER, 1, now);
        database
            .rooms()
            .updateOne(
                new Document("_id", room),
                new Document(
                    "$set", new Document("lastActivityAt", new Date(now + room.charAt(0)))));
      }
      rooms.memberships().project(new RoomId("a"), BEN, Role.MEMBER, 2, now);
      Map<UserId, List<StoredRoom>> found = rooms.roomsOf(List.of(ANA, BEN, EVE), 2);
      assertEquals(List.of("c", "b"), ids(found, ANA));
      assertEquals(List.of("a"), ids(found, BEN));
      assertEquals(2, found.size(), "who is in none is left out");
      assertEquals(found.get(ANA), rooms.roomsOf(ANA, 2), "the same alone");
    }
  }

  @Test
  void whereOneRoomStandsIsWrittenAlthoughItIsRefusedOfAnother() throws Exception {
    try (EmbeddedMongo mongo = EmbeddedMongo.start(folder, 0, false);
        ChatDatabase database = ChatDatabase.open(mongo.uri(), false)) {
      Rooms rooms = new Rooms(database, 500);
      for (int i = 0; i < 3; i++) {
        RoomId id = new RoomId("r" + i);
        rooms.create(id, RoomKind.GROUP, "");
        rooms.project(List.of(new RoomProgress(id, i + 1L, null)));
      }
      database
          .rooms()
          .createIndex(Indexes.ascending("projectedSeq"), new IndexOptions().unique(true));
      List<RoomProgress> progress =
          List.of(
              new RoomProgress(new RoomId("r0"), 3, null),
              new RoomProgress(new RoomId("r1"), 8, null));
      MongoBulkWriteException refused =
          assertThrows(MongoBulkWriteException.class, () -> rooms.project(progress));
      assertEquals(0, refused.getWriteErrors().getFirst().getIndex());
      assertEquals(8, rooms.find(new RoomId("r1")).orElseThrow().projectedSeq());
    }
  }

  @Test
  void aRoomThatCannotBeReadIsLeftOut() throws Exception {
    try (EmbeddedMongo mongo = EmbeddedMongo.start(folder, 0, false);
        ChatDatabase database = ChatDatabase.open(mongo.uri(), false)) {
      Rooms rooms = new Rooms(database, 500);
      database.rooms().insertOne(new Document("_id", "a").append("kind", "OF_TOMORROW"));
      rooms.create(new RoomId("b"), RoomKind.GROUP, "");
      List<String> found = new ArrayList<>();
      rooms.forEach(room -> found.add(room.id().value()));
      assertEquals(List.of("b"), found);
    }
  }
}
