package parley.system.fault;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Sorts;
import java.util.ArrayList;
import java.util.List;
import org.bson.Document;
import parley.system.fault.History.Body;
import parley.system.fault.History.Entry;
import parley.system.fault.History.State;

/// A room's log as the store holds it, read past every service.
final class StoredLog {

  private StoredLog() {}

  static List<Entry> read(String uri, String room) {
    List<Entry> entries = new ArrayList<>();
    try (MongoClient client = MongoClients.create(uri)) {
      client
          .getDatabase("parley")
          .getCollection("room_log")
          .find(Filters.and(Filters.gt("_id", room + "~"), Filters.lt("_id", room + "~g")))
          .sort(Sorts.ascending("_id"))
          .forEach(document -> entries.add(entry(document)));
    }
    return entries;
  }

  private static Entry entry(Document document) {
    return new Entry(
        document.getLong("seq"),
        document.getString("_id"),
        document.getString("type"),
        document.getString("sender"),
        document.getString("dedupe"),
        document.getDate("at").getTime(),
        new Body(
            text(document, "target"),
            text(document, "content"),
            text(document, "emoji"),
            document.getBoolean("removed", false),
            text(document, "member")),
        new State(
            document.getDate("deletedAt") != null,
            document.getList("reactions", Document.class, List.of()).stream()
                .map(r -> r.getString("emoji") + " " + r.getString("user"))
                .toList()));
  }

  private static String text(Document document, String key) {
    String text = document.getString(key);
    return text == null ? "" : text;
  }
}
