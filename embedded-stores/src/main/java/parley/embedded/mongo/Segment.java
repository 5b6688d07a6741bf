package parley.embedded.mongo;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.zip.CRC32C;

/// A file of the journal, mapped into memory: what is copied there survives this process, and is
/// read without a system call. A record is
///
/// `int` length of its payload, `int` CRC-32C of all that follows, `byte` kind, `int` collection,
/// `long` position in the collection, payload.
///
/// A length of zero, or a sum that is wrong, ends the records that can be read. When nothing but
/// zeros is behind, the file ends there; else it has a tail: half a write, or damage.
final class Segment {

  static final int HEADER = 21;
  private static final int SUMMED = 8;

  /// Kinds of records: a document; its removal; a collection's name; its end.
  static final byte PUT = 1;

  static final byte REMOVE = 2;
  static final byte NAME = 3;
  static final byte DROP = 4;

  /// All before the address that stands in its position was on the disk when it was written.
  static final byte SYNCED = 5;

  /// The payload of a record that has none.
  static final byte[] NOTHING = {0};

  /// Hears of the records of a segment, in order.
  interface Visitor {
    void record(long address, byte kind, int collection, long position, byte[] payload);
  }

  final int number;
  private final Path file;
  private final MemorySegment memory;
  private int end;

  private Segment(int number, Path file, MemorySegment memory) {
    this.number = number;
    this.file = file;
    this.memory = memory;
  }

  /// Makes a file of so many bytes, all of them there: a full disk shows now, not in the middle of
  /// a write.
  ///
  /// @throws IOException when there is no room; nothing is left of the file then
  static Segment create(Path folder, int number, int size) throws IOException {
    Path file = file(folder, number);
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
      try {
        fill(channel, size);
        return new Segment(number, file, map(channel));
      } catch (IOException e) {
        Files.deleteIfExists(file);
        throw e;
      }
    }
  }

  private static void fill(FileChannel channel, int size) throws IOException {
    ByteBuffer zeros = ByteBuffer.allocateDirect(1 << 16);
    for (int written = 0; written < size; ) {
      zeros.clear().limit(Math.min(zeros.capacity(), size - written));
      written += channel.write(zeros);
    }
  }

  static Segment open(Path folder, int number) throws IOException {
    Path file = file(folder, number);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      return new Segment(number, file, map(channel));
    }
  }

  private static MemorySegment map(FileChannel channel) throws IOException {
    return channel.map(MapMode.READ_WRITE, 0, channel.size(), Arena.ofAuto());
  }

  static Path file(Path folder, int number) {
    return folder.resolve(String.format(Locale.ROOT, "journal-%08d", number));
  }

  int end() {
    return end;
  }

  boolean fits(int payload) {
    return end + HEADER + (long) payload <= memory.byteSize();
  }

  /// Appends a record that fits. The caller excludes other writers.
  ///
  /// @return its offset
  int append(byte kind, int collection, long position, byte[] payload) {
    int offset = end;
    memory.set(JAVA_BYTE, offset + 8L, kind);
    memory.set(JAVA_INT_UNALIGNED, offset + 9L, collection);
    memory.set(JAVA_LONG_UNALIGNED, offset + 13L, position);
    MemorySegment.copy(payload, 0, memory, JAVA_BYTE, offset + (long) HEADER, payload.length);
    memory.set(JAVA_INT_UNALIGNED, offset + 4L, sum(offset, payload.length));
    memory.set(JAVA_INT_UNALIGNED, offset, payload.length);
    end += HEADER + payload.length;
    return offset;
  }

  /// The payload of the record there.
  byte[] payload(int offset) {
    int length = memory.get(JAVA_INT_UNALIGNED, offset);
    return memory.asSlice(offset + (long) HEADER, length).toArray(JAVA_BYTE);
  }

  int length(int offset) {
    return HEADER + memory.get(JAVA_INT_UNALIGNED, offset);
  }

  long address(int offset) {
    return (long) number << 32 | offset;
  }

  /// Finds the end of the records, then tells of each. Changes nothing.
  ///
  /// @param found the end is known
  void scan(Visitor visitor, Runnable found) {
    int offset = 0;
    while (isRecord(offset)) {
      offset += length(offset);
    }
    end = offset;
    found.run();
    each(visitor);
  }

  /// Tells of each record.
  void each(Visitor visitor) {
    for (int offset = 0; offset < end; offset += length(offset)) {
      visitor.record(
          address(offset),
          memory.get(JAVA_BYTE, offset + 8L),
          memory.get(JAVA_INT_UNALIGNED, offset + 9L),
          memory.get(JAVA_LONG_UNALIGNED, offset + 13L),
          payload(offset));
    }
  }

  /// Is there anything behind the last record?
  boolean hasTail() {
    return tailEnd() > end;
  }

  private int tailEnd() {
    int last = (int) memory.byteSize();
    while (last > end && memory.get(JAVA_BYTE, last - 1L) == 0) {
      last--;
    }
    return last;
  }

  /// Is it written in the tail that what was at an offset had reached the disk?
  boolean hasReachedTheDisk(int offset) {
    int last = tailEnd();
    for (int at = offset + 1; at < last; at++) { // a record may begin anywhere behind a damaged one
      if (at + HEADER < memory.byteSize()
          && memory.get(JAVA_BYTE, at + 8L) == SYNCED
          && isRecord(at)
          && memory.get(JAVA_LONG_UNALIGNED, at + 13L) > address(offset)) {
        return true;
      }
    }
    return false;
  }

  /// Copies the tail into a new file, and that to the disk.
  void keepTail(Path to) throws IOException {
    try (FileChannel channel =
        FileChannel.open(to, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      ByteBuffer tail = memory.asSlice(end, tailEnd() - (long) end).asByteBuffer();
      while (tail.hasRemaining()) {
        channel.write(tail);
      }
      channel.force(true);
    }
  }

  void clearTail() {
    memory.asSlice(end).fill((byte) 0);
  }

  private boolean isRecord(int offset) {
    long left = memory.byteSize() - offset - HEADER;
    if (left < 0) {
      return false;
    }
    int length = memory.get(JAVA_INT_UNALIGNED, offset);
    return length > 0
        && length <= left
        && memory.get(JAVA_INT_UNALIGNED, offset + 4L) == sum(offset, length);
  }

  private int sum(int offset, int length) {
    CRC32C sum = new CRC32C();
    long summed = HEADER - SUMMED + (long) length;
    sum.update(memory.asSlice(offset + (long) SUMMED, summed).asByteBuffer());
    return (int) sum.getValue();
  }

  /// Writes it to the disk; blocks.
  void force() {
    memory.force();
  }

  /// Those that read in it may go on; the memory goes when they are done.
  void delete() throws IOException {
    Files.delete(file);
  }
}
