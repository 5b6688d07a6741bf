package parley.embedded.mongo;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;

/// The files of a journal by their numbers. Records are appended to the newest; an address is a
/// file's number and an offset in it. Guarded by the journal.
final class Segments {

  private final Path folder;
  private final int segmentBytes;
  private final TreeMap<Integer, Segment> all = new TreeMap<>();
  private long written;

  /// All files before this one are on the disk.
  private int firstUnforced;

  Segments(Path folder, int segmentBytes) {
    this.folder = folder;
    this.segmentBytes = segmentBytes;
  }

  /// Takes in a file that was read; its number is higher than all before.
  void add(Segment segment) {
    all.put(segment.number, segment);
    written += segment.end();
  }

  int count() {
    return all.size();
  }

  /// Of all records, in bytes.
  long written() {
    return written;
  }

  Segment oldest() {
    return all.firstEntry().getValue();
  }

  /// Appends a record, in a new file when the newest is full.
  ///
  /// @return its address
  /// @throws NoRoomException when there is no room for a new file; all is as it was
  long append(byte kind, int collection, long position, byte[] payload) {
    if (all.isEmpty() || !newest().fits(payload.length)) {
      next(payload.length);
    }
    written += Segment.HEADER + (long) payload.length;
    return newest().address(newest().append(kind, collection, position, payload));
  }

  /// Notes that all records before an address are on the disk; does nothing when the file is full.
  void appendSynced(long before) {
    if (!all.isEmpty() && newest().fits(Segment.NOTHING.length)) {
      append(Segment.SYNCED, 0, before, Segment.NOTHING);
    }
  }

  private Segment newest() {
    return all.lastEntry().getValue();
  }

  private void next(int payload) {
    int number = all.isEmpty() ? 0 : all.lastKey() + 1;
    int size = Math.max(segmentBytes, Segment.HEADER + payload);
    try {
      all.put(number, Segment.create(folder, number, size));
    } catch (IOException e) {
      throw new NoRoomException(e);
    }
  }

  /// Where the next record of the newest file will be.
  long end() {
    return all.isEmpty() ? 0 : newest().address(newest().end());
  }

  Segment at(long address) {
    Segment segment = all.get((int) (address >>> 32));
    if (segment == null) {
      throw new IllegalStateException("a document's file is gone");
    }
    return segment;
  }

  static int offset(long address) {
    return (int) address;
  }

  /// Of the record there, with its header.
  int length(long address) {
    return at(address).length(offset(address));
  }

  /// Those that were written to since they were last on the disk.
  List<Segment> unforced() {
    return List.copyOf(all.tailMap(firstUnforced).values());
  }

  /// These are on the disk as far as they were written when they were asked for.
  void forced(List<Segment> segments) {
    if (!segments.isEmpty()) {
      firstUnforced = Math.max(firstUnforced, segments.getLast().number);
    }
  }

  /// Nothing in it is wanted any more.
  void removeOldest() throws IOException {
    Segment oldest = all.pollFirstEntry().getValue();
    written -= oldest.end();
    oldest.delete();
  }
}
