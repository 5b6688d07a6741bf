package parley.core.receipt;

import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Sorts;
import com.mongodb.client.model.UpdateOneModel;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.model.Updates;
import java.util.ArrayList;
import java.util.List;
import org.bson.Document;
import org.bson.conversions.Bson;
import parley.contract.RoomId;
import parley.contract.UserId;
import parley.core.store.ChatDatabase;

/// Cursors as documents: `_id` = room, `~`, user; `room`, `user`, `readSeq`, `readOrdinal`,
/// `deliveredSeq`, `fromSeq` (absent of old, and of those who came with the room), `unreadFrom`
/// (there while the user says that it has not read from there on).
final class CursorDocuments {

  private CursorDocuments() {}

  static String id(RoomId room, UserId user) {
    return room.value() + "~" + user.value();
  }

  /// Users who have read up to a position, in order of user id.
  static List<String> users(ChatDatabase database, RoomId room, long seq, int limit) {
    List<String> users = new ArrayList<>();
    database
        .cursors()
        .find(who(room, "readSeq", seq))
        .sort(Sorts.ascending("user"))
        .limit(limit)
        .forEach(document -> users.add(document.getString("user")));
    return users;
  }

  static Cursor cursor(Document document) {
    long readSeq = document.get("readSeq", 0L);
    Long unreadFrom = document.getLong("unreadFrom");
    return new Cursor(
        unreadFrom == null ? readSeq : Math.min(readSeq, unreadFrom - 1),
        document.get("readOrdinal", 0L),
        document.get("deliveredSeq", 0L),
        document.get("fromSeq", 0L));
  }

  /// Nothing sinks by it.
  static UpdateOneModel<Document> raised(RoomId room, UserId user, Cursor cursor) {
    List<Bson> changes = new ArrayList<>();
    changes.add(Updates.max("readSeq", cursor.readSeq()));
    changes.add(Updates.max("readOrdinal", cursor.readOrdinal()));
    changes.add(Updates.max("deliveredSeq", cursor.deliveredSeq()));
    if (cursor.fromSeq() > 0) {
      changes.add(Updates.max("fromSeq", cursor.fromSeq()));
    }
    if (cursor.readSeq() > 0) {
      changes.add(Updates.unset("unreadFrom"));
    }
    return upsert(room, user, changes);
  }

  /// From this message on nothing counts as read; who has read it is not changed.
  static UpdateOneModel<Document> lowered(RoomId room, UserId user, long seq, long ordinal) {
    return upsert(
        room,
        user,
        List.of(Updates.set("readOrdinal", ordinal - 1), Updates.set("unreadFrom", seq)));
  }

  private static UpdateOneModel<Document> upsert(RoomId room, UserId user, List<Bson> changes) {
    List<Bson> all = new ArrayList<>(changes);
    all.add(Updates.setOnInsert("room", room.value()));
    all.add(Updates.setOnInsert("user", user.value()));
    return new UpdateOneModel<>(
        Filters.eq("_id", id(room, user)), Updates.combine(all), new UpdateOptions().upsert(true));
  }

  /// Who has come so far, and was there by then.
  static Bson who(RoomId room, String field, long seq) {
    return Filters.and(
        Filters.eq("room", room.value()),
        Filters.gte(field, seq),
        Filters.not(Filters.gt("fromSeq", seq)));
  }
}
