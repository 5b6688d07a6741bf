package parley.embedded.mongo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Documents of all collections in the order in which they were written, in files of 32 MiB. The
/// newest record of a position is the document; what older ones take is given back by writing what
/// is still wanted of the oldest file anew and deleting it, once more than half is waste.
///
/// A record is with the operating system when {@link #put} returns. Safe for any thread; one writer
/// at a time, readers beside it.
final class Journal implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(Journal.class.getName());
  private static final int SEGMENT = 32 << 20;
  private static final byte PUT = 1;
  private static final byte REMOVE = 2;
  private static final byte NAME = 3;
  private static final byte DROP = 4;
  private static final byte[] NOTHING = {0};

  private final Path folder;
  private final int segmentBytes;
  private final FileChannel lockFile;
  private final TreeMap<Integer, Segment> segments = new TreeMap<>();
  private final Map<Integer, Shelf> shelves = new HashMap<>();
  private int nextShelf;

  /// Of all documents, and of all files, in bytes.
  private long live;

  private long written;

  /// All files before this one are on the disk.
  private int firstUnforced;

  private boolean closed;

  private Journal(Path folder, int segmentBytes, FileChannel lockFile) {
    this.folder = folder;
    this.segmentBytes = segmentBytes;
    this.lockFile = lockFile;
  }

  /// Opens or makes the journal in a folder.
  ///
  /// @throws IOException when it cannot, or another process has it open
  static Journal open(Path folder) throws IOException {
    return open(folder, SEGMENT);
  }

  static Journal open(Path folder, int segmentBytes) throws IOException {
    if (Files.exists(folder.resolve("parley.mv"))) {
      throw new IOException(
          folder + " was written by an older version, which this one cannot read; remove it");
    }
    FileChannel lockFile =
        FileChannel.open(
            folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      FileLock held = lockFile.tryLock();
      if (held == null) {
        throw new IOException(folder + " is in use by another process");
      }
      Journal journal = new Journal(folder, segmentBytes, lockFile);
      journal.read();
      return journal;
    } catch (OverlappingFileLockException e) {
      lockFile.close();
      throw new IOException(folder + " is in use", e);
    } catch (IOException | RuntimeException e) {
      lockFile.close();
      throw e;
    }
  }

  private synchronized void read() throws IOException {
    List<Integer> numbers;
    try (Stream<Path> files = Files.list(folder)) {
      numbers =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> name.startsWith("journal-"))
              .map(name -> Integer.parseInt(name.substring("journal-".length())))
              .sorted()
              .toList();
    }
    for (int number : numbers) {
      Segment segment = Segment.open(folder, number);
      segments.put(number, segment);
      boolean whole =
          segment.scan(
              (offset, kind, collection, position, payload) ->
                  apply(segment, offset, kind, collection, position, payload));
      written += segment.end();
      if (!whole) {
        torn(number == numbers.getLast(), number);
      }
    }
    if (segments.isEmpty()) {
      segments.put(0, Segment.create(folder, 0, segmentBytes));
    }
  }

  /// The machine stopped in the middle of the last write, or the disk has lost something.
  private void torn(boolean newest, int number) throws IOException {
    if (!newest) {
      throw new IOException(Segment.file(folder, number) + " is damaged");
    }
    LOG.log(System.Logger.Level.WARNING, "{0} ends in half a record", Segment.file(folder, number));
  }

  private void apply(
      Segment segment, int offset, byte kind, int collection, long position, byte[] payload) {
    nextShelf = Math.max(nextShelf, collection + 1);
    switch (kind) {
      case PUT -> placed(shelf(collection), position, segment, offset);
      case REMOVE -> removed(shelf(collection), position);
      case NAME -> shelf(collection).name = new String(payload, StandardCharsets.UTF_8);
      case DROP -> forget(collection);
      default -> throw new IllegalStateException("a record of an unknown kind: " + kind);
    }
  }

  private Shelf shelf(int collection) {
    return shelves.computeIfAbsent(collection, id -> new Shelf(id, ""));
  }

  /// The collection with a name; made when there is none.
  synchronized Shelf collection(String name) {
    for (Shelf shelf : shelves.values()) {
      if (shelf.name.equals(name)) {
        return shelf;
      }
    }
    Shelf made = shelf(nextShelf++);
    rename(made, name);
    return made;
  }

  synchronized List<String> names() {
    return shelves.values().stream().map(shelf -> shelf.name).sorted().toList();
  }

  synchronized void rename(Shelf shelf, String name) {
    shelf.name = name;
    write(NAME, shelf.id, 0, name.getBytes(StandardCharsets.UTF_8));
  }

  /// Forgets a collection and its documents.
  synchronized void drop(Shelf shelf) {
    if (shelves.containsKey(shelf.id)) {
      write(DROP, shelf.id, 0, NOTHING);
      forget(shelf.id);
      clean();
    }
  }

  private void forget(int collection) {
    Shelf gone = shelves.remove(collection);
    if (gone != null) {
      for (long position : gone.positions()) {
        removed(gone, position);
      }
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
    long address = write(PUT, shelf.id, position, document);
    placed(shelf, position, segmentOf(address), offsetOf(address));
    clean();
  }

  synchronized void remove(Shelf shelf, long position) {
    if (!Shelf.isNowhere(shelf.address(position))) {
      write(REMOVE, shelf.id, position, NOTHING);
      removed(shelf, position);
      clean();
    }
  }

  /// The document at a position; null when it is gone.
  byte @Nullable [] get(Shelf shelf, long position) {
    Segment segment;
    int offset;
    synchronized (this) {
      long address = shelf.address(position);
      if (Shelf.isNowhere(address)) {
        return null;
      }
      segment = segmentOf(address);
      offset = offsetOf(address);
    }
    return segment.payload(offset);
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
    return written;
  }

  /// Writes to the disk what the operating system has; blocks.
  void force() {
    List<Segment> changed;
    synchronized (this) {
      changed = List.copyOf(segments.tailMap(firstUnforced).values());
    }
    changed.forEach(Segment::force);
    synchronized (this) {
      firstUnforced = Math.max(firstUnforced, changed.getLast().number);
    }
  }

  private void placed(Shelf shelf, long position, Segment segment, int offset) {
    long length = segment.length(offset);
    long before = unlink(shelf, position);
    live += length;
    shelf.place(position, address(segment, offset), length - before);
  }

  private void removed(Shelf shelf, long position) {
    long before = unlink(shelf, position);
    if (before > 0) {
      shelf.remove(position, before);
    }
  }

  /// @return the length of the record that was the document
  private long unlink(Shelf shelf, long position) {
    long address = shelf.address(position);
    if (Shelf.isNowhere(address)) {
      return 0;
    }
    int length = segmentOf(address).length(offsetOf(address));
    live -= length;
    return length;
  }

  private static long address(Segment segment, int offset) {
    return (long) segment.number << 32 | offset;
  }

  private static int offsetOf(long address) {
    return (int) address;
  }

  private Segment segmentOf(long address) {
    Segment segment = segments.get((int) (address >>> 32));
    if (segment == null) {
      throw new IllegalStateException("a document's file is gone");
    }
    return segment;
  }

  private long write(byte kind, int collection, long position, byte[] payload) {
    if (closed) {
      throw new IllegalStateException("the store is closed");
    }
    Segment newest = segments.lastEntry().getValue();
    if (!newest.fits(payload.length)) {
      newest = next(newest, payload.length);
    }
    written += Segment.HEADER + (long) payload.length;
    return address(newest, newest.append(kind, collection, position, payload));
  }

  private Segment next(Segment full, int payload) {
    try {
      int size = Math.max(segmentBytes, Segment.HEADER + payload);
      Segment made = Segment.create(folder, full.number + 1, size);
      segments.put(made.number, made);
      return made;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Gives back the oldest file when more than half of all is waste. Names are written anew first:
  /// they have no position by which to tell which is the newest.
  private void clean() {
    if (segments.size() < 3 || live * 2 > written) {
      return;
    }
    Segment oldest = segments.firstEntry().getValue();
    shelves.values().forEach(shelf -> rename(shelf, shelf.name));
    oldest.each(
        (offset, kind, collection, position, payload) -> {
          Shelf shelf = shelves.get(collection);
          if (kind == PUT && shelf != null && shelf.address(position) == address(oldest, offset)) {
            long moved = write(PUT, collection, position, payload);
            placed(shelf, position, segmentOf(moved), offsetOf(moved));
          }
        });
    segments.remove(oldest.number);
    written -= oldest.end();
    try {
      force(); // before what it replaces is gone
      oldest.delete();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    force();
    try {
      lockFile.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
