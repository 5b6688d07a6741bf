package parley.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import parley.embedded.mongo.EmbeddedMongo;

/// What is the launcher's own in the data folder: logs, process ids, the embedded stores' files.
final class Folders {

  private static final List<String> OWN = List.of("logs", "run", "redis", "store");

  private Folders() {}

  /// Makes them, and empties them first if that was asked for; leaves everything else alone.
  ///
  /// @throws IOException when it cannot, or a store runs there: nothing is removed then
  static void prepare(Options options) throws IOException {
    if (options.fresh()) {
      Path store = options.data().resolve("store");
      if (EmbeddedMongo.isInUse(store)) {
        throw new IOException(store + " is in use; --fresh removed nothing");
      }
      for (String own : OWN) {
        remove(options.data().resolve(own));
      }
    }
    for (String own : OWN) {
      Files.createDirectories(options.data().resolve(own));
    }
  }

  /// Removes a folder with all that is in it, if it is there.
  static void remove(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> walk = Files.walk(folder)) {
        for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }
}
