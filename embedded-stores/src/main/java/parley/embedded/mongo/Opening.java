package parley.embedded.mongo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Reads the files of a journal. Nothing on the disk changes before it is certain that the journal
/// can be opened: a damaged one stays as it is, to be restored or copied.
///
/// The newest file may end in what a machine was writing when it stopped, which nobody was told of;
/// that is cut off, and kept in a file beside it. Damage before a place that is known to have
/// reached the disk, in an older file, or a file that is missing, is refused.
final class Opening {

  private static final System.Logger LOG = System.getLogger(Opening.class.getName());
  private static final Pattern NAME = Pattern.compile("journal-(\\p{Nd}{8,9})");

  private final Path folder;
  private final Segments segments;
  private final Collections collections;

  Opening(Path folder, Segments segments, Collections collections) {
    this.folder = folder;
    this.segments = segments;
    this.collections = collections;
  }

  /// @throws IOException with words for whoever runs it; all files are as they were
  void read() throws IOException {
    writeNamesInAscii();
    List<Segment> files = new ArrayList<>();
    for (int number : numbers()) {
      if (!files.isEmpty() && number != files.getLast().number + 1) {
        throw refused(Segment.file(folder, files.getLast().number + 1) + " is missing");
      }
      files.add(Segment.open(folder, number));
    }
    for (Segment file : files) {
      file.scan(collections::apply, () -> segments.add(file));
      if (file.hasTail()) {
        tail(file, file == files.getLast());
      }
    }
  }

  /// Names were once written with the digits of the machine's language.
  private void writeNamesInAscii() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Matcher name = NAME.matcher(file.getFileName().toString());
        if (name.matches()) {
          Path plain = Segment.file(folder, Integer.parseInt(name.group(1)));
          if (!plain.equals(file)) {
            Files.move(file, plain);
          }
        }
      }
    }
  }

  private List<Integer> numbers() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> NAME.matcher(file.getFileName().toString()))
          .filter(Matcher::matches)
          .map(name -> Integer.parseInt(name.group(1)))
          .sorted()
          .toList();
    }
  }

  private void tail(Segment file, boolean newest) throws IOException {
    Path path = Segment.file(folder, file.number);
    if (!newest || file.hasReachedTheDisk(file.end())) {
      throw refused(path + " is damaged at byte " + file.end());
    }
    Path kept = folder.resolve(String.format(Locale.ROOT, "cut-%08d-%d", file.number, file.end()));
    file.keepTail(kept);
    file.clearTail();
    LOG.log(System.Logger.Level.WARNING, "{0} ended in half a write, now in {1}", path, kept);
  }

  private static IOException refused(String what) {
    return new IOException(
        what
            + ". Nothing was changed. Put a copy of the folder in its place, or name another"
            + " folder with --data");
  }
}
