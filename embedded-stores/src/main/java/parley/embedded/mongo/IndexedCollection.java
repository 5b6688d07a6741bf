package parley.embedded.mongo;

import de.bwaldvogel.mongo.MongoDatabase;
import de.bwaldvogel.mongo.backend.ArrayFilters;
import de.bwaldvogel.mongo.backend.CollectionOptions;
import de.bwaldvogel.mongo.backend.CursorRegistry;
import de.bwaldvogel.mongo.backend.QueryParameters;
import de.bwaldvogel.mongo.backend.QueryResult;
import de.bwaldvogel.mongo.backend.h2.H2Collection;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.oplog.Oplog;
import java.util.Objects;
import java.util.stream.Stream;
import org.h2.mvstore.MVMap;
import org.jspecify.annotations.NullUnmarked;

/// A collection that keeps documents in order of arrival, finds them by ordered index, reads
/// without its lock, and updates copies, so that a reader never sees half an update.
@NullUnmarked
final class IndexedCollection extends H2Collection {

  private final MVMap<Object, Document> data;
  private long nextPosition;
  private boolean updating;
  private int updateLimit;

  IndexedCollection(
      MongoDatabase database,
      String name,
      CollectionOptions options,
      MVMap<Object, Document> data,
      MVMap<String, Object> meta,
      CursorRegistry cursors) {
    this.data = data; // before super: its constructor may query
    Object newest = data.floorKey(Long.MAX_VALUE);
    this.nextPosition = newest instanceof Long position ? position + 1 : 0;
    super(database, name, options, data, meta, cursors);
  }

  /// Documents lie in the order in which they came, whatever their ids: what is written at the same
  /// time is in the same pages of the file.
  @Override
  protected synchronized Object addDocumentInternal(Document document) {
    Object position = nextPosition++;
    data.put(position, document);
    return position;
  }

  @Override
  public synchronized Document updateDocuments(
      Document selector,
      Document update,
      ArrayFilters filters,
      boolean multi,
      boolean upsert,
      Oplog oplog) {
    updating = true;
    updateLimit = multi ? 0 : 1;
    try {
      return super.updateDocuments(selector, update, filters, multi, upsert, oplog);
    } finally {
      updating = false;
      updateLimit = 0;
    }
  }

  @Override
  public synchronized Document findAndModify(Document query) {
    updating = true;
    try {
      return super.findAndModify(query);
    } finally {
      updating = false;
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
    boolean copy = Thread.holdsLock(this) && updating;
    int most = copy && updateLimit > 0 ? updateLimit : limit;
    QueryPlan plan = new QueryPlan(getIndexes(), query, order);
    Stream<Document> found =
        plan.usable()
            ? plan.positions().map(data::get).filter(Objects::nonNull)
            : data.values().stream();
    if (copy) {
      found = found.filter(d -> documentMatchesQuery(d, query)).map(Document::cloneDeeply);
    }
    Document remaining = plan.sorts() ? null : order;
    return matchDocumentsFromStream(found, query, remaining, skip, most, batch, projection);
  }
}
