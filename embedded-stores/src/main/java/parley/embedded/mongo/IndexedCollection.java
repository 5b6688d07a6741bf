package parley.embedded.mongo;

import de.bwaldvogel.mongo.MongoDatabase;
import de.bwaldvogel.mongo.backend.AbstractSynchronizedMongoCollection;
import de.bwaldvogel.mongo.backend.ArrayFilters;
import de.bwaldvogel.mongo.backend.CollectionOptions;
import de.bwaldvogel.mongo.backend.CursorRegistry;
import de.bwaldvogel.mongo.backend.DocumentWithPosition;
import de.bwaldvogel.mongo.backend.QueryParameters;
import de.bwaldvogel.mongo.backend.QueryResult;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.exception.MongoServerError;
import de.bwaldvogel.mongo.oplog.Oplog;
import de.bwaldvogel.mongo.wire.bson.BsonDecoder;
import de.bwaldvogel.mongo.wire.bson.BsonEncoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;

/// A collection that keeps documents in the journal, finds them by ordered index, and reads without
/// its lock. Each reader has a copy of its own, so that nobody sees half an update.
@NullUnmarked
final class IndexedCollection extends AbstractSynchronizedMongoCollection<Object> {

  private final Journal journal;
  private final Shelf shelf;
  private int updateLimit;

  IndexedCollection(
      MongoDatabase database,
      String name,
      CollectionOptions options,
      Journal journal,
      Shelf shelf,
      CursorRegistry cursors) {
    this.journal = journal; // before super: its constructor may query
    this.shelf = shelf;
    super(database, name, options, cursors);
  }

  private static byte[] encoded(Document document) {
    ByteBuf bson = Unpooled.buffer(512);
    BsonEncoder.encodeDocument(document, bson);
    return ByteBufUtil.getBytes(bson);
  }

  /// As MongoDB says it.
  static MongoServerError noRoom(NoRoomException e) {
    return new MongoServerError(14_031, "OutOfDiskSpace", e.getMessage(), e);
  }

  @Override
  protected synchronized Object addDocumentInternal(Document document) {
    try {
      return journal.add(shelf, encoded(document));
    } catch (NoRoomException e) {
      throw noRoom(e);
    }
  }

  /// The indexes hold the new document by now; when it cannot be written they get the old one back.
  @Override
  protected void handleUpdate(Object position, Document old, Document next) {
    try {
      journal.put(shelf, (Long) position, encoded(next));
    } catch (NoRoomException e) {
      getIndexes().forEach(index -> index.updateInPlace(next, old, position, this));
      throw noRoom(e);
    }
  }

  /// The indexes have forgotten the document by now, as above.
  @Override
  protected void removeDocument(Object position) {
    try {
      journal.remove(shelf, (Long) position);
    } catch (NoRoomException e) {
      Document still = getDocument(position);
      getIndexes().forEach(index -> index.add(still, position, this));
      throw noRoom(e);
    }
  }

  @Override
  protected Document getDocument(Object position) {
    byte[] bson = journal.get(shelf, (Long) position);
    return bson == null ? null : BsonDecoder.decodeBson(Unpooled.wrappedBuffer(bson));
  }

  @Override
  public int count() {
    return journal.count(shelf);
  }

  @Override
  public boolean isEmpty() {
    return count() == 0;
  }

  @Override
  protected boolean tracksDataSize() {
    return false;
  }

  @Override
  protected void updateDataSize(int delta) {
    throw new UnsupportedOperationException("the journal knows");
  }

  @Override
  protected int getDataSize() {
    return (int) Math.min(journal.bytes(shelf), Integer.MAX_VALUE);
  }

  @Override
  protected Stream<DocumentWithPosition<Object>> streamAllDocumentsWithPosition() {
    return all(false);
  }

  /// In the order in which they came, or the reverse.
  private Stream<DocumentWithPosition<Object>> all(boolean descending) {
    long[] positions = journal.positions(shelf);
    int last = positions.length - 1;
    return IntStream.rangeClosed(0, last)
        .mapToObj(i -> withDocument(positions[descending ? last - i : i]))
        .filter(Objects::nonNull);
  }

  private DocumentWithPosition<Object> withDocument(Object position) {
    Document document = getDocument(position);
    return document == null ? null : new DocumentWithPosition<>(document, position);
  }

  @Override
  protected QueryResult matchDocuments(
      Document query, Document order, int skip, int limit, int batch, Document projection) {
    return queryDocuments(query, order, skip, limit, batch, projection);
  }

  @Override
  public synchronized Document updateDocuments(
      Document selector,
      Document update,
      ArrayFilters filters,
      boolean multi,
      boolean upsert,
      Oplog oplog) {
    updateLimit = multi ? 0 : 1;
    try {
      return super.updateDocuments(selector, update, filters, multi, upsert, oplog);
    } finally {
      updateLimit = 0;
    }
  }

  /// As in the superclass, but without its lock.
  @Override
  @SuppressWarnings("UnsynchronizedOverridesSynchronized") // the point of it: data and indexes are
  // concurrent maps, and updates replace documents
  public QueryResult handleQuery(QueryParameters parameters) {
    Document selector = parameters.getQuerySelector();
    Document query = selector;
    Document order = null;
    if (selector.containsKey("query")) {
      query = (Document) selector.get("query");
      order = (Document) selector.get("orderby");
    } else if (selector.containsKey("$query")) {
      query = (Document) selector.get("$query");
      order = (Document) selector.get("$orderby");
    }
    return queryDocuments(
        query,
        order,
        parameters.getNumberToSkip(),
        parameters.getLimit(),
        parameters.getBatchSize(),
        parameters.getProjection());
  }

  @Override
  protected QueryResult queryDocuments(
      Document query, Document order, int skip, int limit, int batch, Document projection) {
    int most = updateLimit > 0 && Thread.holdsLock(this) ? updateLimit : limit;
    QueryPlan plan = new QueryPlan(getIndexes(), query, order);
    Stream<Document> found =
        plan.usable()
            ? plan.positions().map(this::getDocument).filter(Objects::nonNull)
            : all(isNaturalDescending(order)).map(DocumentWithPosition::getDocument);
    Document remaining = plan.sorts() ? null : order;
    return matchDocumentsFromStream(found, query, remaining, skip, most, batch, projection);
  }
}
