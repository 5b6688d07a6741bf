package parley.embedded.mongo;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.List;

/// Gives back what older records of a document take, once more than half of all is waste: writes
/// anew what is still wanted of the oldest file, and deletes it. Guarded by the journal.
final class Compaction {

  private static final System.Logger LOG = System.getLogger(Compaction.class.getName());

  private final Segments segments;
  private final Collections collections;

  /// Bytes of records at which the next attempt makes sense, after one that found no room.
  private long notBefore;

  Compaction(Segments segments, Collections collections) {
    this.segments = segments;
    this.collections = collections;
  }

  /// To be called after each write. What it cannot do now does not concern that write: it tries
  /// again when more was written.
  void afterWrite() {
    boolean wasteful = segments.count() >= 3 && collections.live() * 2 <= segments.written();
    if (!wasteful || segments.written() < notBefore) {
      return;
    }
    try {
      giveBackOldest();
      notBefore = 0;
    } catch (IOException | RuntimeException e) {
      notBefore = segments.written() + segments.oldest().end() / 4;
      LOG.log(System.Logger.Level.WARNING, "the journal cannot give back what it does not need", e);
    }
  }

  /// Names are written anew first: they have no position by which to tell which is the newest.
  private void giveBackOldest() throws IOException {
    Segment oldest = segments.oldest();
    for (Shelf shelf : collections.all()) {
      segments.append(Segment.NAME, shelf.id, 0, shelf.name.getBytes(UTF_8));
    }
    oldest.each(
        (address, kind, collection, position, payload) -> {
          Shelf shelf = collections.byId(collection);
          if (kind == Segment.PUT && shelf != null && shelf.address(position) == address) {
            long moved = segments.append(Segment.PUT, collection, position, payload);
            collections.placed(shelf, position, moved);
          }
        });
    List<Segment> changed = segments.unforced();
    changed.forEach(Segment::force); // before what it replaces is gone
    segments.forced(changed);
    segments.removeOldest();
  }
}
