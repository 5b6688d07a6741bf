package parley.embedded.mongo;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The collections of a journal, and where their documents are: what its records add up to. Guarded
/// by the journal.
final class Collections {

  private final Segments segments;
  private final Map<Integer, Shelf> shelves = new HashMap<>();
  private int nextId;
  private long live;

  Collections(Segments segments) {
    this.segments = segments;
  }

  /// Takes in a record that lies in a file.
  void apply(long address, byte kind, int collection, long position, byte[] payload) {
    if (kind == Segment.SYNCED) {
      return;
    }
    nextId = Math.max(nextId, collection + 1);
    switch (kind) {
      case Segment.PUT -> placed(shelf(collection), position, address);
      case Segment.REMOVE -> removed(shelf(collection), position);
      case Segment.NAME -> shelf(collection).name = new String(payload, StandardCharsets.UTF_8);
      case Segment.DROP -> forget(collection);
      default -> throw new IllegalStateException("a record of an unknown kind: " + kind);
    }
  }

  private Shelf shelf(int id) {
    return shelves.computeIfAbsent(id, made -> new Shelf(made, ""));
  }

  @Nullable Shelf named(String name) {
    for (Shelf shelf : shelves.values()) {
      if (shelf.name.equals(name)) {
        return shelf;
      }
    }
    return null;
  }

  @Nullable Shelf byId(int id) {
    return shelves.get(id);
  }

  /// The id that the next new collection has.
  int nextId() {
    return nextId;
  }

  List<Shelf> all() {
    return List.copyOf(shelves.values());
  }

  /// Of all documents, with their records' headers.
  long live() {
    return live;
  }

  void placed(Shelf shelf, long position, long address) {
    long length = segments.length(address);
    long before = unlink(shelf, position);
    live += length;
    shelf.place(position, address, length - before);
  }

  void removed(Shelf shelf, long position) {
    long before = unlink(shelf, position);
    if (before > 0) {
      shelf.remove(position, before);
    }
  }

  void forget(int id) {
    Shelf gone = shelves.remove(id);
    if (gone != null) {
      for (long position : gone.positions()) {
        removed(gone, position);
      }
    }
  }

  /// @return the length of the record that was the document
  private long unlink(Shelf shelf, long position) {
    long address = shelf.address(position);
    if (Shelf.isNowhere(address)) {
      return 0;
    }
    int length = segments.length(address);
    live -= length;
    return length;
  }
}
