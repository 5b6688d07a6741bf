package parley.embedded.mongo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {

  private static final int SMALL = 16 << 10;

  private static byte[] document(Random random) {
    byte[] document = new byte[20 + random.nextInt(random.nextInt(50) == 0 ? 3 * SMALL : 200)];
    random.nextBytes(document);
    return document;
  }

  private static long files(Path folder) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(file -> file.getFileName().toString().startsWith("journal-")).count();
    }
  }

  @Test
  void whatWasWrittenIsThereWhateverWasCleanedAndHoweverOftenItIsOpened(@TempDir Path folder)
      throws Exception {
    Random random = new Random(11);
    Map<String, Map<Long, byte[]>> model = new HashMap<>();
    for (int round = 0; round < 8; round++) {
      try (Journal journal = Journal.open(folder, SMALL)) {
        compare(model, journal);
        for (int step = 0; step < 3_000; step++) {
          step(model, journal, random);
        }
        compare(model, journal);
        long live =
            model.values().stream()
                .flatMap(documents -> documents.values().stream())
                .mapToLong(bytes -> bytes.length + (long) Segment.HEADER)
                .sum();
        assertTrue(journal.size() < 2 * live + 8 * SMALL, () -> journal.size() + " for " + live);
      }
    }
  }

  private static void step(Map<String, Map<Long, byte[]>> model, Journal journal, Random random) {
    String name = "db.c" + random.nextInt(4);
    if (random.nextInt(1_000) == 0) {
      model.remove(name);
      journal.drop(journal.collection(name));
      return;
    }
    Shelf shelf = journal.collection(name);
    Map<Long, byte[]> documents = model.computeIfAbsent(name, n -> new HashMap<>());
    byte[] document = document(random);
    long any = documents.isEmpty() ? -1 : random.nextInt(shelf.nextPosition());
    switch (random.nextInt(5)) {
      case 0, 1 -> documents.put(journal.add(shelf, document), document);
      case 2, 3 -> {
        if (documents.containsKey(any)) {
          journal.put(shelf, any, document);
          documents.put(any, document);
        }
      }
      default -> {
        if (any >= 0) {
          journal.remove(shelf, any);
          documents.remove(any);
        }
      }
    }
  }

  private static void compare(Map<String, Map<Long, byte[]>> model, Journal journal) {
    model.forEach(
        (name, documents) -> {
          Shelf shelf = journal.collection(name);
          assertEquals(documents.size(), journal.count(shelf));
          documents.forEach((at, bytes) -> assertArrayEquals(bytes, journal.get(shelf, at)));
        });
  }

  @Test
  void halfARecordAtTheEndIsForgottenAndWrittenOver(@TempDir Path folder) throws Exception {
    int end;
    try (Journal journal = Journal.open(folder, SMALL)) {
      journal.add(journal.collection("db.c"), new byte[] {1, 2, 3});
      end = (int) journal.size();
      journal.add(journal.collection("db.c"), new byte[] {4, 5, 6});
    }
    damage(Segment.file(folder, 0), end + Segment.HEADER + 1);
    for (int open = 0; open < 2; open++) {
      try (Journal journal = Journal.open(folder, SMALL)) {
        Shelf shelf = journal.collection("db.c");
        assertEquals(1, journal.count(shelf));
        assertArrayEquals(new byte[] {1, 2, 3}, journal.get(shelf, 0));
        assertNull(journal.get(shelf, 1));
        assertEquals(end, journal.size());
      }
    }
  }

  @Test
  void aFileThatLostSomethingInTheMiddleIsNotOpened(@TempDir Path folder) throws Exception {
    try (Journal journal = Journal.open(folder, SMALL)) {
      Shelf shelf = journal.collection("db.c");
      for (int i = 0; i < 400; i++) {
        journal.add(shelf, new byte[100]);
      }
    }
    assertTrue(files(folder) > 2);
    damage(Segment.file(folder, 1), 5_000);
    assertThrows(IOException.class, () -> Journal.open(folder, SMALL));
  }

  private static void damage(Path file, long at) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer one = ByteBuffer.allocate(1);
      channel.read(one, at);
      channel.write(ByteBuffer.wrap(new byte[] {(byte) ~one.get(0)}), at);
    }
  }

  @Test
  void aFolderIsOpenOnceAndNotWithAnOlderVersionsFile(@TempDir Path folder) throws Exception {
    try (Journal journal = Journal.open(folder)) {
      assertEquals(List.of(), journal.names());
      assertThrows(IOException.class, () -> Journal.open(folder));
    }
    Journal.open(folder).close();
    Files.createFile(folder.resolve("parley.mv"));
    assertThrows(IOException.class, () -> Journal.open(folder));
  }
}
