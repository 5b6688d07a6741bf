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
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {

  static final int SMALL = 16 << 10;

  private static byte[] document(Random random) {
    byte[] document = new byte[20 + random.nextInt(random.nextInt(50) == 0 ? 3 * SMALL : 200)];
    random.nextBytes(document);
    return document;
  }

  static long files(Path folder) throws IOException {
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

  /// What a machine that stops leaves: nothing was said of what had reached the disk.
  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.list(from)) {
      for (Path file :
          all.filter(f -> f.getFileName().toString().startsWith("journal-")).toList()) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
  }

  private static Map<String, Long> sums(Path folder) throws IOException {
    Map<String, Long> sums = new TreeMap<>();
    try (Stream<Path> all = Files.list(folder)) {
      for (Path file : all.filter(f -> !f.getFileName().toString().equals("lock")).toList()) {
        CRC32 sum = new CRC32();
        sum.update(Files.readAllBytes(file));
        sums.put(file.getFileName().toString(), sum.getValue());
      }
    }
    return sums;
  }

  private static void isRefusedAndNotTouched(Path folder) throws IOException {
    Map<String, Long> before = sums(folder);
    for (int open = 0; open < 3; open++) {
      IOException refused =
          assertThrows(IOException.class, () -> Journal.open(folder, SMALL).close());
      assertTrue(refused.getMessage().contains("journal-0000000"), refused::getMessage);
    }
    assertEquals(before, sums(folder));
  }

  @Test
  void halfARecordAtTheEndIsForgottenAndWrittenOver(@TempDir Path folder, @TempDir Path crashed)
      throws Exception {
    int end;
    try (Journal journal = Journal.open(folder, SMALL)) {
      journal.add(journal.collection("db.c"), new byte[] {1, 2, 3});
      end = (int) journal.size();
      journal.add(journal.collection("db.c"), new byte[] {4, 5, 6});
      copy(folder, crashed);
    }
    damage(Segment.file(crashed, 0), end + Segment.HEADER + 1);
    for (int open = 0; open < 2; open++) {
      try (Journal journal = Journal.open(crashed, SMALL)) {
        Shelf shelf = journal.collection("db.c");
        assertEquals(1, journal.count(shelf));
        assertArrayEquals(new byte[] {1, 2, 3}, journal.get(shelf, 0));
        assertNull(journal.get(shelf, 1));
      }
    }
  }

  @Test
  void whatACrashTookFromTheMiddleOfTheNewestFileIsKeptBesideIt(
      @TempDir Path folder, @TempDir Path crashed) throws Exception {
    try (Journal journal = Journal.open(folder, SMALL)) {
      Shelf shelf = journal.collection("db.c");
      for (int i = 0; i < 20; i++) {
        journal.add(shelf, new byte[] {1, 2, 3, (byte) i});
      }
      copy(folder, crashed);
    }
    damage(Segment.file(crashed, 0), 100);
    try (Journal journal = Journal.open(crashed, SMALL)) {
      assertTrue(journal.count(journal.collection("db.c")) < 10);
    }
    try (Stream<Path> all = Files.list(crashed)) {
      Path kept = all.filter(f -> f.getFileName().toString().startsWith("cut-")).findAny().get();
      assertTrue(Files.size(kept) > 15 * (Segment.HEADER + 4));
    }
  }

  static void filled(Path folder, int documents) throws IOException {
    try (Journal journal = Journal.open(folder, SMALL)) {
      Shelf shelf = journal.collection("db.c");
      for (int i = 0; i < documents; i++) {
        journal.add(shelf, new byte[100]);
      }
    }
  }

  @Test
  void aFileThatLostSomethingInTheMiddleIsNeverOpenedAndStaysAsItIs(@TempDir Path folder)
      throws Exception {
    filled(folder, 400);
    assertTrue(files(folder) > 2);
    damage(Segment.file(folder, 1), 5_000);
    isRefusedAndNotTouched(folder);
  }

  @Test
  void aNewestFileThatLostWhatHadReachedTheDiskIsNeverOpenedAndStaysAsItIs(@TempDir Path folder)
      throws Exception {
    filled(folder, 50);
    damage(Segment.file(folder, 0), 2_000);
    isRefusedAndNotTouched(folder);
  }

  @Test
  void aBlockOfZerosInTheMiddleIsDamage(@TempDir Path folder) throws Exception {
    filled(folder, 400);
    for (int number = 0; number < files(folder); number++) {
      byte[] whole = Files.readAllBytes(Segment.file(folder, number));
      byte[] holed = whole.clone();
      Arrays.fill(holed, 1_024, 2_048, (byte) 0);
      Files.write(Segment.file(folder, number), holed);
      isRefusedAndNotTouched(folder);
      Files.write(Segment.file(folder, number), whole);
    }
    Journal.open(folder, SMALL).close();
  }

  @Test
  void aMissingFileIsDamage(@TempDir Path folder) throws Exception {
    filled(folder, 400);
    Files.delete(Segment.file(folder, 1));
    isRefusedAndNotTouched(folder);
  }

  @Test
  void whatFoundNoRoomIsNotThereAndWhatFollowsWhenThereIsRoomIs(@TempDir Path folder)
      throws Exception {
    Path obstacle = Segment.file(folder, 1);
    try (Journal journal = Journal.open(folder, SMALL)) {
      Shelf shelf = journal.collection("db.c");
      for (int i = 0; i < 20; i++) {
        journal.add(shelf, new byte[] {1, 2, 3});
      }
      Files.createDirectory(obstacle); // where the next file should be
      byte[] large = new byte[SMALL - 300];
      String longName = "db." + "x".repeat(large.length);
      for (int i = 0; i < 3; i++) {
        assertThrows(NoRoomException.class, () -> journal.add(shelf, large));
        assertThrows(NoRoomException.class, () -> journal.put(shelf, 3, large));
        assertThrows(NoRoomException.class, () -> journal.collection(longName));
        assertThrows(NoRoomException.class, () -> journal.rename(shelf, longName));
      }
      journal.add(shelf, new byte[] {4});
      Files.delete(obstacle);
      journal.put(shelf, 4, large);
      journal.add(journal.collection(longName), new byte[] {5});
    }
    try (Journal journal = Journal.open(folder, SMALL)) {
      Shelf shelf = journal.collection("db.c");
      assertEquals(21, journal.count(shelf));
      assertArrayEquals(new byte[] {1, 2, 3}, journal.get(shelf, 3));
      assertEquals(SMALL - 300, journal.get(shelf, 4).length);
      assertArrayEquals(new byte[] {4}, journal.get(shelf, 20));
      assertEquals(2, journal.names().size());
      assertEquals(1, journal.count(journal.collection(journal.names().getLast())));
    }
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
