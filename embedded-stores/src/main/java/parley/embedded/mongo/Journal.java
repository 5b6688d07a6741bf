package parley.embedded.mongo;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Documents of all collections in the order in which they were written, in files of 32 MiB. The
/// newest record of a position is the document.
///
/// A record is with the operating system when {@link #put} returns. A write that finds no room on
/// the disk throws {@link NoRoomException} and changes nothing; later ones may find room. Safe for
/// any thread; one writer at a time, readers beside it.
final class Journal implements AutoCloseable {

  /// Bytes of a file; tests want small ones.
  private static final int SEGMENT = Integer.getInteger("parley.store.segment", 32 << 20);

  private final FileChannel lockFile;
  private final Segments segments;
  private final Collections collections;
  private final Compaction compaction;
  private boolean closed;

  /// The disk refused to take what the operating system has: nobody can say what it has.
  private volatile boolean refused;

  private Journal(FileChannel lockFile, Segments segments, Collections collections) {
    this.lockFile = lockFile;
    this.segments = segments;
    this.collections = collections;
    this.compaction = new Compaction(segments, collections);
  }

  /// Opens or makes the journal in a folder.
  ///
  /// @throws IOException when it cannot, it is damaged, or another process has it open; nothing on
  ///     the disk has changed then
  static Journal open(Path folder) throws IOException {
    return open(folder, SEGMENT);
  }

  static Journal open(Path folder, int segmentBytes) throws IOException {
    if (Files.exists(folder.resolve("parley.mv"))) {
      throw new IOException(
          folder + " was written by an older version, which this one cannot read; remove it");
    }
    FileChannel lockFile = locked(folder);
    try {
      Segments segments = new Segments(folder, segmentBytes);
      Collections collections = new Collections(segments);
      new Opening(folder, segments, collections).read();
      return new Journal(lockFile, segments, collections);
    } catch (IOException | RuntimeException e) {
      lockFile.close();
      throw e;
    }
  }

  /// @throws IOException when somebody has the folder's journal open
  private static FileChannel locked(Path folder) throws IOException {
    FileChannel lockFile =
        FileChannel.open(
            folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      FileLock held = lockFile.tryLock();
      if (held == null) {
        throw new IOException(folder + " is in use by another process");
      }
      return lockFile;
    } catch (OverlappingFileLockException e) {
      lockFile.close();
      throw new IOException(folder + " is in use", e);
    } catch (IOException e) {
      lockFile.close();
      throw e;
    }
  }

  /// Does somebody have the journal of a folder open?
  static boolean isInUse(Path folder) throws IOException {
    if (!Files.exists(folder.resolve("lock"))) {
      return false;
    }
    try (FileChannel lockFile = FileChannel.open(folder.resolve("lock"), StandardOpenOption.WRITE);
        FileLock held = lockFile.tryLock()) {
      return held == null;
    } catch (OverlappingFileLockException e) {
      return true;
    }
  }

  /// The collection with a name; made when there is none.
  synchronized Shelf collection(String name) {
    Shelf known = collections.named(name);
    if (known != null) {
      return known;
    }
    int id = collections.nextId();
    write(Segment.NAME, id, 0, name.getBytes(UTF_8));
    return Objects.requireNonNull(collections.byId(id));
  }

  synchronized List<String> names() {
    return collections.all().stream().map(shelf -> shelf.name).sorted().toList();
  }

  synchronized void rename(Shelf shelf, String name) {
    write(Segment.NAME, shelf.id, 0, name.getBytes(UTF_8));
  }

  /// Forgets a collection and its documents.
  synchronized void drop(Shelf shelf) {
    if (collections.byId(shelf.id) != null) {
      write(Segment.DROP, shelf.id, 0, Segment.NOTHING);
    }
  }

  /// Adds a document.
  ///
  /// @return its position
  synchronized long add(Shelf shelf, byte[] document) {
    long position = shelf.nextPosition();
    put(shelf, position, document);
    return position;
  }

  /// Writes a document, in place of what was at its position.
  synchronized void put(Shelf shelf, long position, byte[] document) {
    write(Segment.PUT, shelf.id, position, document);
  }

  synchronized void remove(Shelf shelf, long position) {
    if (!Shelf.isNowhere(shelf.address(position))) {
      write(Segment.REMOVE, shelf.id, position, Segment.NOTHING);
    }
  }

  /// Into the file first: what cannot be written does not happen.
  private void write(byte kind, int collection, long position, byte[] payload) {
    if (closed) {
      throw new IllegalStateException("the store is closed");
    }
    long address = segments.append(kind, collection, position, payload);
    collections.apply(address, kind, collection, position, payload);
    compaction.afterWrite();
  }

  /// The document at a position; null when it is gone.
  byte @Nullable [] get(Shelf shelf, long position) {
    Segment segment;
    long address;
    synchronized (this) {
      address = shelf.address(position);
      if (Shelf.isNowhere(address)) {
        return null;
      }
      segment = segments.at(address);
    }
    return segment.payload(Segments.offset(address));
  }

  synchronized long[] positions(Shelf shelf) {
    return shelf.positions();
  }

  synchronized int count(Shelf shelf) {
    return shelf.count();
  }

  synchronized long bytes(Shelf shelf) {
    return shelf.bytes();
  }

  /// Of all files.
  synchronized long size() {
    return segments.written();
  }

  /// Writes to the disk what the operating system has; blocks.
  void force() {
    List<Segment> changed;
    long before;
    synchronized (this) {
      changed = segments.unforced();
      before = segments.end();
    }
    try {
      changed.forEach(Segment::force);
    } catch (RuntimeException e) {
      refused = true;
      throw e;
    }
    synchronized (this) {
      segments.forced(changed);
      segments.appendSynced(before);
    }
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (!refused) { // else the next might succeed, and say nothing of what the first one lost
      force();
    }
    try {
      lockFile.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
