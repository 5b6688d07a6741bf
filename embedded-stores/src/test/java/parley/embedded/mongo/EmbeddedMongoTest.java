package parley.embedded.mongo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.mongodb.MongoBulkWriteException;
import com.mongodb.MongoException;
import com.mongodb.WriteConcern;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.IndexOptions;
import com.mongodb.client.model.InsertManyOptions;
import com.mongodb.client.model.ReplaceOptions;
import com.mongodb.client.model.Sorts;
import com.mongodb.client.model.Updates;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.TimeUnit;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class EmbeddedMongoTest {

  @Test
  void ordersByIndexAndKeepsUniqueKeysOverARestart(@TempDir Path folder) throws Exception {
    try (EmbeddedMongo mongo = EmbeddedMongo.start(folder, 0, false);
        MongoClient client = MongoClients.create(mongo.uri())) {
      MongoCollection<Document> log = client.getDatabase("parley").getCollection("log");
      log.createIndex(new Document("room", 1).append("dedupe", 1), new IndexOptions().unique(true));
      log.createIndex(new Document("room", 1).append("m", 1));
      for (int i = 1; i <= 200; i++) {
        log.insertOne(entry("a", i));
        log.insertOne(entry("b", i));
      }
    }
    try (EmbeddedMongo mongo = EmbeddedMongo.start(folder, 0, false);
        MongoClient client = MongoClients.create(mongo.uri())) {
      MongoCollection<Document> log = client.getDatabase("parley").getCollection("log");
      List<Long> newest = new ArrayList<>();
      log.find(Filters.and(Filters.eq("room", "a"), Filters.lt("m", 150L)))
          .sort(Sorts.descending("m"))
          .limit(3)
          .forEach(d -> newest.add(d.getLong("m")));
      assertEquals(List.of(149L, 148L, 147L), newest);
      assertThrows(MongoException.class, () -> log.insertOne(entry("a", 7).append("_id", "x")));
      log.updateOne(Filters.eq("_id", "a7"), Updates.set("m", 1000L));
      assertEquals(
          "a7", log.find(Filters.eq("room", "a")).sort(Sorts.descending("m")).first().get("_id"));
    }
  }

  @Test
  void findsAListOfValuesByTheFirstFieldOfAnIndex(@TempDir Path folder) throws Exception {
    try (EmbeddedMongo mongo = EmbeddedMongo.start(folder, 0, false);
        MongoClient client = MongoClients.create(mongo.uri())) {
      MongoCollection<Document> log = client.getDatabase("parley").getCollection("log");
      log.createIndex(new Document("room", 1).append("m", 1));
      for (String room : List.of("a", "ab", "b", "c")) {
        log.insertOne(entry(room, 1));
        log.insertOne(entry(room, 2));
      }
      List<String> found = new ArrayList<>();
      log.find(Filters.and(Filters.in("room", "c", "a", "none", "a"), Filters.gt("m", 1L)))
          .forEach(d -> found.add(d.getString("_id")));
      assertEquals(List.of("a2", "c2"), found.stream().sorted().toList());
      List<Long> sorted = new ArrayList<>();
      log.find(Filters.in("room", "a", "b"))
          .sort(Sorts.descending("m"))
          .forEach(d -> sorted.add(d.getLong("m")));
      assertEquals(List.of(2L, 2L, 1L, 1L), sorted);
    }
  }

  @Test
  void anUnorderedInsertTellsOfEachEntry(@TempDir Path folder) throws Exception {
    try (EmbeddedMongo mongo = EmbeddedMongo.start(folder, 0, false);
        MongoClient client = MongoClients.create(mongo.uri())) {
      MongoCollection<Document> log = client.getDatabase("parley").getCollection("log");
      log.insertOne(entry("a", 2));
      MongoBulkWriteException failure =
          assertThrows(
              MongoBulkWriteException.class,
              () ->
                  log.insertMany(
                      List.of(entry("a", 1), entry("a", 2), entry("a", 3)),
                      new InsertManyOptions().ordered(false)));
      assertEquals(1, failure.getWriteErrors().size());
      assertEquals(1, failure.getWriteErrors().getFirst().getIndex());
      assertEquals(11000, failure.getWriteErrors().getFirst().getCode());
      assertEquals(3, log.countDocuments());
    }
  }

  @Test
  void losesNothingAcknowledgedWhenKilled(@TempDir Path folder) throws Exception {
    ConcurrentSkipListSet<Integer> acknowledged = new ConcurrentSkipListSet<>();
    Process store = storeProcess(folder);
    int port = portOf(store);
    try (MongoClient client =
        MongoClients.create("mongodb://127.0.0.1:" + port + "/?timeoutMS=2000")) {
      MongoCollection<Document> log =
          client
              .getDatabase("parley")
              .getCollection("log")
              .withWriteConcern(WriteConcern.MAJORITY.withJournal(true));
      Thread writer =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      for (int i = 0; ; i++) {
                        log.insertOne(entry("a", i));
                        acknowledged.add(i);
                      }
                    } catch (MongoException expected) {
                      // the store was killed
                    }
                  });
      org.awaitility.Awaitility.await().until(() -> acknowledged.size() > 300);
      store.destroyForcibly().waitFor(5, TimeUnit.SECONDS);
      writer.join(10_000);
    }
    try (EmbeddedMongo mongo = EmbeddedMongo.start(folder, 0, false);
        MongoClient client = MongoClients.create(mongo.uri())) {
      TreeSet<Integer> missing = new TreeSet<>(acknowledged);
      client
          .getDatabase("parley")
          .getCollection("log")
          .find()
          .forEach(d -> missing.remove(d.getLong("m").intValue()));
      assertTrue(missing.isEmpty(), () -> "lost: " + missing);
    }
  }

  @Test
  void aFullDiskRefusesWritesWithWordsLosesNothingAndGoesOnWhenThereIsRoom(@TempDir Path folder)
      throws Exception {
    Path obstacle = Segment.file(folder, 1); // where the next file should be
    try (EmbeddedMongo mongo = EmbeddedMongo.start(Journal.open(folder, 16 << 10), 0, false);
        MongoClient client = MongoClients.create(mongo.uri())) {
      MongoCollection<Document> log = client.getDatabase("parley").getCollection("log");
      log.createIndex(new Document("room", 1).append("dedupe", 1), new IndexOptions().unique(true));
      log.createIndex(new Document("room", 1).append("m", 1));
      Files.createDirectory(obstacle);
      int stored = 0;
      MongoException refused = null;
      while (refused == null) {
        try {
          log.insertOne(entry("a", stored + 1));
          stored++;
        } catch (MongoException e) {
          refused = e;
        }
      }
      assertEquals(14_031, refused.getCode());
      assertTrue(refused.getMessage().contains("no room"), refused::getMessage);
      for (int i = 0; i < 20; i++) { // what little is left, is used
        refusedOrNot(() -> upsert(log));
        refusedOrNot(() -> log.deleteOne(Filters.eq("_id", "x")));
        refusedOrNot(() -> log.updateOne(Filters.eq("_id", "a1"), Updates.inc("m", 1_000L)));
        refusedOrNot(() -> log.updateOne(Filters.eq("_id", "a1"), Updates.inc("m", -1_000L)));
        refusedOrNot(() -> log.deleteOne(Filters.eq("_id", "a2")));
      }
      long there = log.countDocuments();
      assertTrue(there >= stored - 1);
      assertEquals(there, countBy(log));
      Files.delete(obstacle);
      for (int m = 10_001; m <= 10_200; m++) {
        log.insertOne(entry("a", m));
      }
      log.updateOne(Filters.eq("_id", "a1"), Updates.set("m", 1L));
      log.deleteOne(Filters.eq("_id", "a2"));
      log.deleteOne(Filters.eq("_id", "x"));
      assertEquals(stored - 1 + 200, countBy(log));
      assertThrows(MongoException.class, () -> log.insertOne(entry("a", 3).append("_id", "y")));
    }
    try (EmbeddedMongo mongo = EmbeddedMongo.start(Journal.open(folder, 16 << 10), 0, false);
        MongoClient client = MongoClients.create(mongo.uri())) {
      MongoCollection<Document> log = client.getDatabase("parley").getCollection("log");
      assertEquals(log.countDocuments(), countBy(log));
      assertEquals(10_200L, log.find().sort(Sorts.descending("m")).first().getLong("m"));
      assertEquals(
          1L, log.find(Filters.eq("room", "a")).sort(Sorts.ascending("m")).first().get("m"));
    }
  }

  /// How many documents an index finds.
  private static long countBy(MongoCollection<Document> log) {
    long count = 0;
    for (String room : List.of("a", "x")) {
      for (Document ignored : log.find(Filters.eq("room", room)).sort(Sorts.ascending("m"))) {
        count++;
      }
    }
    return count;
  }

  private static void upsert(MongoCollection<Document> log) {
    log.replaceOne(
        Filters.eq("_id", "x"),
        new Document("_id", "x").append("room", "x"),
        new ReplaceOptions().upsert(true));
  }

  private static void refusedOrNot(Runnable write) {
    try {
      write.run();
    } catch (MongoException e) {
      assertEquals(14_031, e.getCode(), e::getMessage);
    }
  }

  private static Document entry(String room, int m) {
    return new Document("_id", room + m)
        .append("room", room)
        .append("m", (long) m)
        .append("dedupe", "d" + m);
  }

  private static Process storeProcess(Path folder) throws Exception {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            StoreMain.class.getName(),
            folder.toString())
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private static int portOf(Process store) throws Exception {
    return Integer.parseInt(store.inputReader().readLine().trim());
  }

  /// The store alone in a process, to be killed.
  static final class StoreMain {
    public static void main(String[] args) throws Exception {
      System.out.println(EmbeddedMongo.start(Path.of(args[0]), 0, false).port());
    }
  }
}
