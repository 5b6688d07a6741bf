package parley.embedded.mongo;

import de.bwaldvogel.mongo.MongoCollection;
import de.bwaldvogel.mongo.backend.Index;
import de.bwaldvogel.mongo.backend.IndexKey;
import de.bwaldvogel.mongo.backend.KeyValue;
import de.bwaldvogel.mongo.backend.Missing;
import de.bwaldvogel.mongo.backend.Utils;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.exception.DuplicateKeyError;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;

/// An index in key order, held in memory and built anew when the store is opened. Readers may run
/// beside a writer; writers hold the collection's lock.
@NullUnmarked
final class OrderedIndex extends Index<Object> {

  final String[] fields;
  final boolean[] ascending;
  private final boolean unique;
  private final boolean sparse;
  private final KeyTree<byte[], Object> entries = new KeyTree<>(Arrays::compareUnsigned);

  /// True once a document had several keys (an array): a scan may then meet it twice.
  volatile boolean multikey;

  /// True once a value had no ordered form: the order is not to be relied on.
  volatile boolean opaque;

  OrderedIndex(String name, List<IndexKey> keys, boolean sparse, boolean unique) {
    super(name, keys, sparse);
    this.fields = keys.stream().map(IndexKey::getKey).toArray(String[]::new);
    this.ascending = new boolean[keys.size()];
    for (int i = 0; i < ascending.length; i++) {
      ascending[i] = keys.get(i).isAscending();
    }
    this.sparse = sparse || !unique; // a plain index need not hold documents without its fields
    this.unique = unique;
  }

  /// The form in which values are compared: 1, 1L and 1.0 are one.
  static Object normalized(Object value) {
    return new KeyValue(Collections.singletonList(value)).normalized().get(0);
  }

  /// The bytes of the first values of a key.
  KeyBytes prefix(Object... values) {
    KeyBytes bytes = new KeyBytes();
    for (int i = 0; i < values.length; i++) {
      bytes.add(values[i], ascending[i]);
    }
    return bytes;
  }

  /// Positions of the documents between two edges, in order.
  Stream<Object> range(byte[] low, byte[] high, boolean descending) {
    return Arrays.compareUnsigned(low, high) > 0
        ? Stream.empty()
        : entries.between(low, high, descending).map(KeyTree.Entry::value);
  }

  /// Positions of the documents whose keys begin with `values`.
  Stream<Object> equalTo(Object... values) {
    return range(prefix(values).before(), prefix(values).behind(), false);
  }

  boolean leavesOutMissing() {
    return sparse;
  }

  private static Object[] valuesOf(KeyValue key) {
    return key.stream().map(v -> v instanceof Missing ? null : v).toArray();
  }

  private boolean leavesOut(Document document) {
    return sparse
        && keys().stream().allMatch(k -> Utils.getSubdocumentValue(document, k) instanceof Missing);
  }

  private void put(Document document, Object position) {
    if (leavesOut(document)) {
      return;
    }
    Set<KeyValue> keys = getKeyValues(document);
    if (keys.size() > 1) {
      multikey = true;
    }
    for (KeyValue key : keys) {
      KeyBytes bytes = prefix(valuesOf(key));
      opaque |= bytes.isOpaque();
      entries.put(entry(bytes, document), position);
    }
  }

  private byte[] entry(KeyBytes bytes, Document document) {
    return unique ? bytes.entry() : bytes.entry(idOf(document));
  }

  private static Object idOf(Document document) {
    return Missing.ofNullable(document.get("_id"));
  }

  @Override
  public Object getPosition(Document document) {
    if (!unique || leavesOut(document)) {
      return null;
    }
    for (KeyValue key : getKeyValues(document)) {
      Object position = entries.get(prefix(valuesOf(key)).entry());
      if (position != null) {
        return position;
      }
    }
    return null;
  }

  @Override
  public void checkAdd(Document document, MongoCollection<Object> collection) {
    if (!unique || leavesOut(document)) {
      return;
    }
    for (KeyValue key : getKeyValues(document)) {
      if (entries.get(prefix(valuesOf(key)).entry()) != null) {
        throw new DuplicateKeyError(this, collection, getKeys(), key);
      }
    }
  }

  /// The collection has checked all its indexes, under its lock.
  @Override
  public void add(Document document, Object position, MongoCollection<Object> collection) {
    put(document, position);
  }

  @Override
  public Object remove(Document document) {
    if (leavesOut(document)) {
      return null;
    }
    Object removed = null;
    for (KeyValue key : getKeyValues(document)) {
      Object found = entries.remove(entry(prefix(valuesOf(key)), document));
      removed = found == null ? removed : found;
    }
    return removed;
  }

  @Override
  public void checkUpdate(Document old, Document next, MongoCollection<Object> collection) {
    if (!unique || leavesOut(next)) {
      return;
    }
    Set<KeyValue> own = getKeyValues(old);
    for (KeyValue key : getKeyValues(next)) {
      if (!own.contains(key) && entries.get(prefix(valuesOf(key)).entry()) != null) {
        throw new DuplicateKeyError(this, collection, getKeys(), key);
      }
    }
  }

  @Override
  public void updateInPlace(
      Document old, Document next, Object position, MongoCollection<Object> collection) {
    if (!getKeyValues(old).equals(getKeyValues(next))) {
      remove(old);
      put(next, position);
    }
  }

  @Override
  public boolean canHandle(Document query) {
    return false; // the collection plans by itself
  }

  @Override
  public Iterable<Object> getPositions(Document query) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long getCount() {
    return entries.size();
  }

  @Override
  public boolean isEmpty() {
    return entries.size() == 0;
  }

  @Override
  public long getDataSize() {
    return entries.size();
  }

  @Override
  public boolean isUnique() {
    return unique;
  }

  @Override
  public void drop() {
    entries.clear();
  }
}
