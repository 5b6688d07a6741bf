package parley.embedded.mongo;

import de.bwaldvogel.mongo.MongoCollection;
import de.bwaldvogel.mongo.backend.Index;
import de.bwaldvogel.mongo.backend.IndexKey;
import de.bwaldvogel.mongo.backend.KeyValue;
import de.bwaldvogel.mongo.backend.Missing;
import de.bwaldvogel.mongo.backend.Utils;
import de.bwaldvogel.mongo.backend.ValueComparator;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.exception.DuplicateKeyError;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;

/// An index in key order, held in memory and built anew when the store is opened. Readers take no
/// lock; writers hold the collection's.
@NullUnmarked
final class OrderedIndex extends Index<Object> {

  /// A key, or the edge of a range: `edge` -1 sorts before all keys that begin with `values`, +1
  /// after them, 0 is a real entry, told from equal ones by its document's id.
  record Key(Object[] values, @Nullable Object id, int edge) {}

  final String[] fields;
  final boolean[] ascending;
  private final boolean unique;
  private final boolean sparse;
  private final ConcurrentSkipListMap<Key, Object> entries =
      new ConcurrentSkipListMap<>(this::compare);

  /// True once a document had several keys (an array): a scan may then meet it twice.
  volatile boolean multikey;

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

  int compare(Key a, Key b) {
    int shared = Math.min(a.values.length, b.values.length);
    for (int i = 0; i < shared; i++) {
      int c = compareValues(a.values[i], b.values[i]);
      if (c != 0) {
        return ascending[i] ? c : -c;
      }
    }
    if (a.edge != b.edge) {
      return Integer.compare(a.edge, b.edge);
    }
    return a.edge != 0 ? 0 : compareValues(a.id, b.id);
  }

  /// Nearly all values are texts; the library's comparison of any two values takes several times as
  /// long.
  private static int compareValues(Object a, Object b) {
    return a instanceof String one && b instanceof String other
        ? one.compareTo(other)
        : ValueComparator.asc().compare(a, b);
  }

  /// Positions of the documents between two edges, in order.
  NavigableMap<Key, Object> range(Key low, Key high) {
    if (compare(low, high) > 0) {
      return Collections.emptyNavigableMap();
    }
    return entries.subMap(low, true, high, true);
  }

  /// Positions of the documents whose keys begin with `values`.
  NavigableMap<Key, Object> equalTo(Object... values) {
    return range(new Key(values, null, -1), new Key(values, null, 1));
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
    Object id = idOf(document);
    keys.forEach(key -> entries.put(new Key(valuesOf(key), id, 0), position));
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
      var first = equalTo(valuesOf(key)).firstEntry();
      if (first != null) {
        return first.getValue();
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
      if (holds(valuesOf(key))) {
        throw new DuplicateKeyError(this, collection, getKeys(), key);
      }
    }
  }

  private boolean holds(Object[] values) {
    Key next = entries.ceilingKey(new Key(values, null, -1));
    return next != null && compare(next, new Key(values, null, 1)) < 0;
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
      Object found = entries.remove(new Key(valuesOf(key), idOf(document), 0));
      removed = found == null ? removed : found;
    }
    return removed;
  }

  @Override
  public void checkUpdate(Document old, Document next, MongoCollection<Object> collection) {
    if (!unique || leavesOut(next)) {
      return;
    }
    Object id = idOf(old);
    for (KeyValue key : getKeyValues(next)) {
      for (Key holder : equalTo(valuesOf(key)).keySet()) {
        if (!id.equals(holder.id)) {
          throw new DuplicateKeyError(this, collection, getKeys(), key);
        }
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
    return entries.isEmpty();
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
