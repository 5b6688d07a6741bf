package parley.launcher;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import parley.embedded.mongo.EmbeddedMongo;

/// The data folder, which is one Parley's at a time: logs, process ids, the embedded stores' files.
/// Its file `.parley` says that it is a Parley's, and whose it is while one runs.
final class DataFolder implements AutoCloseable {

  private static final List<String> OWN = List.of("logs", "run", "redis", "store");
  private static final String MARKER = ".parley";

  private final FileChannel marker;

  private DataFolder(FileChannel marker) {
    this.marker = marker;
  }

  /// Takes it for this process, and empties it first if that was asked for: of what is a Parley's;
  /// everything else is left alone.
  ///
  /// @throws IOException in words, when it cannot be had: nothing is removed then
  static DataFolder open(Options options) throws IOException {
    Path folder = options.data();
    boolean ours = isOurs(folder);
    Files.createDirectories(folder);
    DataFolder taken = new DataFolder(lock(folder));
    try {
      if (options.fresh()) {
        empty(folder, ours);
      }
      for (String own : OWN) {
        Files.createDirectories(folder.resolve(own));
      }
      taken.sign(
          "pid " + ProcessHandle.current().pid() + ", edges from port " + options.ports().edge(0));
      return taken;
    } catch (IOException | RuntimeException e) {
      taken.close();
      throw e;
    }
  }

  /// Marked, or of before there were marks, or empty.
  private static boolean isOurs(Path folder) throws IOException {
    if (!Files.isDirectory(folder) || Files.exists(folder.resolve(MARKER))) {
      return true;
    }
    try (Stream<Path> all = Files.list(folder)) {
      Set<String> others =
          all.map(file -> file.getFileName().toString())
              .collect(Collectors.toCollection(HashSet::new));
      others.removeAll(OWN);
      return others.isEmpty();
    }
  }

  private static FileChannel lock(Path folder) throws IOException {
    FileChannel marker =
        FileChannel.open(
            folder.resolve(MARKER),
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE);
    if (tryLock(marker) == null) {
      String owner = Files.readString(folder.resolve(MARKER)).strip();
      marker.close();
      throw new IOException(
          folder + " is in use by another Parley (" + owner + "); name another with --data");
    }
    return marker;
  }

  private static @Nullable FileLock tryLock(FileChannel marker) throws IOException {
    try {
      return marker.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // by this very process
    }
  }

  private static void empty(Path folder, boolean ours) throws IOException {
    if (!ours) {
      throw new IOException(folder + " was not made by Parley; --fresh removed nothing");
    }
    if (EmbeddedMongo.isInUse(folder.resolve("store"))) {
      throw new IOException(folder.resolve("store") + " is in use; --fresh removed nothing");
    }
    for (String own : OWN) {
      Folders.remove(folder.resolve(own));
    }
  }

  private void sign(String owner) throws IOException {
    marker.truncate(0);
    marker.write(ByteBuffer.wrap((owner + "\n").getBytes(StandardCharsets.UTF_8)), 0);
  }

  /// Gives it back.
  @Override
  public void close() {
    try {
      marker.close();
    } catch (IOException e) {
      System.err.println("the data folder is not given back: " + e.getMessage());
    }
  }
}
