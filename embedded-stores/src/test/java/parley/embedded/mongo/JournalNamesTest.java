package parley.embedded.mongo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a journal's files are called, in whatever language the machine speaks.
class JournalNamesTest {

  /// As `%08d` writes numbers under ar-EG and fa-IR.
  @Test
  void filesNamedInTheDigitsOfAnotherLanguageAreFound(@TempDir Path folder) throws Exception {
    JournalTest.filled(folder, 400);
    long files = JournalTest.files(folder);
    assertTrue(files > 2);
    for (int number = 0; number < files; number++) {
      Path plain = Segment.file(folder, number);
      StringBuilder digits = new StringBuilder("journal-");
      plain
          .getFileName()
          .toString()
          .substring(digits.length())
          .chars()
          .forEach(c -> digits.append((char) (c - '0' + '\u0660')));
      Files.move(plain, folder.resolve(digits.toString()));
    }
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
    try (Journal journal = Journal.open(folder, JournalTest.SMALL)) {
      assertEquals(400, journal.collection("db.c").count());
      JournalTest.filled(Files.createDirectory(folder.resolve("another")), 10);
    } finally {
      Locale.setDefault(before);
    }
    assertEquals(files, JournalTest.files(folder));
    assertTrue(Files.exists(folder.resolve("another/journal-00000000")));
  }
}
