package parley.embedded.mongo;

import de.bwaldvogel.mongo.MongoCollection;
import de.bwaldvogel.mongo.MongoDatabase;
import de.bwaldvogel.mongo.backend.AbstractSynchronizedMongoDatabase;
import de.bwaldvogel.mongo.backend.CollectionOptions;
import de.bwaldvogel.mongo.backend.CursorRegistry;
import de.bwaldvogel.mongo.backend.Index;
import de.bwaldvogel.mongo.backend.IndexKey;
import de.bwaldvogel.mongo.oplog.Oplog;
import java.util.List;

/// A database whose collections are in the journal and whose indexes are ordered.
final class IndexedDatabase extends AbstractSynchronizedMongoDatabase<Object> {

  private final Journal journal;

  IndexedDatabase(String name, Journal journal, CursorRegistry cursors) {
    this.journal = journal;
    super(name, cursors);
    initializeNamespacesAndIndexes();
  }

  @Override
  protected MongoCollection<Object> openOrCreateCollection(String name, CollectionOptions options) {
    Shelf shelf = journal.collection(getFullCollectionNamespace(name));
    return new IndexedCollection(this, name, options, journal, shelf, cursorRegistry);
  }

  @Override
  protected Index<Object> openOrCreateUniqueIndex(
      String collection, String name, List<IndexKey> keys, boolean sparse) {
    return new OrderedIndex(name, keys, sparse, true);
  }

  @Override
  protected Index<Object> openOrCreateSecondaryIndex(
      String collection, String name, List<IndexKey> keys, boolean sparse) {
    return new OrderedIndex(name, keys, sparse, false);
  }

  @Override
  public void drop(Oplog oplog) {
    super.drop(oplog);
    for (String full : journal.names()) {
      if (full.startsWith(databaseName + ".")) {
        journal.drop(journal.collection(full));
      }
    }
  }

  @Override
  public void dropCollection(String name, Oplog oplog) {
    super.dropCollection(name, oplog);
    journal.drop(journal.collection(getFullCollectionNamespace(name)));
  }

  @Override
  public void moveCollection(MongoDatabase from, MongoCollection<?> collection, String name) {
    Shelf shelf = journal.collection(collection.getFullName());
    journal.rename(shelf, getFullCollectionNamespace(name)); // first: it may find no room
    super.moveCollection(from, collection, name);
  }

  @Override
  protected long getStorageSize() {
    return journal.size();
  }

  @Override
  protected long getFileSize() {
    return journal.size();
  }
}
