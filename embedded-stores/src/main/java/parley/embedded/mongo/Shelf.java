package parley.embedded.mongo;

import java.util.Arrays;
import java.util.stream.LongStream;

/// Where the documents of a collection are: by position, a number that a document keeps for as long
/// as it is there. Guarded by the journal.
final class Shelf {

  private static final long NOWHERE = -1;

  final int id;
  String name;
  private long[] addresses = new long[64];
  private int next;
  private int count;
  private long bytes;

  Shelf(int id, String name) {
    this.id = id;
    this.name = name;
  }

  /// A position that was never used.
  int nextPosition() {
    return next;
  }

  int count() {
    return count;
  }

  /// Of all documents, with their records' headers.
  long bytes() {
    return bytes;
  }

  /// @return NOWHERE when there is no document
  long address(long position) {
    return position < next ? addresses[(int) position] : NOWHERE;
  }

  static boolean isNowhere(long address) {
    return address == NOWHERE;
  }

  /// Moves a document; from or to nowhere when it comes or goes.
  ///
  /// @param grown by so many bytes
  void place(long position, long address, long grown) {
    int at = Math.toIntExact(position);
    if (at >= addresses.length) {
      addresses = Arrays.copyOf(addresses, Math.max(at + 1, addresses.length * 2));
    }
    while (next <= at) {
      addresses[next++] = NOWHERE;
    }
    count += (isNowhere(address) ? 0 : 1) - (isNowhere(addresses[at]) ? 0 : 1);
    bytes += grown;
    addresses[at] = address;
  }

  void remove(long position, long length) {
    place(position, NOWHERE, -length);
  }

  /// The positions that are taken, in order.
  long[] positions() {
    return LongStream.range(0, next).filter(p -> !isNowhere(addresses[(int) p])).toArray();
  }
}
