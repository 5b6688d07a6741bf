package parley.embedded.mongo;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/// A sorted map of two levels: leaves of up to 128 entries, and a list of the leaves. Keys that are
/// added one after the other, as the messages of a room are, share a leaf that stays in the
/// processor's cache, and an entry costs two references besides its key.
///
/// Safe for any thread. A walk copies one leaf at a time, and holds nothing in between: it sees
/// each entry that was there all the time, once, and may see others.
final class KeyTree<K, V> {

  private static final int LEAF = 128;

  /// A key and its value.
  record Entry<K, V>(K key, V value) {}

  private static final class Leaf<K, V> {
    final ArrayList<K> keys = new ArrayList<>(8);
    final ArrayList<V> values = new ArrayList<>(8);
  }

  private final Comparator<K> order;
  private final ReentrantLock lock = new ReentrantLock();
  private final ArrayList<Leaf<K, V>> leaves = new ArrayList<>();
  private long size;

  KeyTree(Comparator<K> order) {
    this.order = order;
    leaves.add(new Leaf<>());
  }

  /// Adds an entry, or replaces its value.
  void put(K key, V value) {
    lock.lock();
    try {
      int place = leafOf(key);
      Leaf<K, V> leaf = leaves.get(place);
      int at = find(leaf, key);
      if (at >= 0) {
        leaf.values.set(at, value);
        return;
      }
      leaf.keys.add(-at - 1, key);
      leaf.values.add(-at - 1, value);
      size++;
      if (leaf.keys.size() > LEAF) {
        split(place, leaf, -at - 1);
      }
    } finally {
      lock.unlock();
    }
  }

  /// In the middle, or behind the newest when it is the last: what comes in order fills its leaves.
  private void split(int place, Leaf<K, V> leaf, int newest) {
    int from = newest == LEAF ? LEAF : LEAF / 2;
    Leaf<K, V> right = new Leaf<>();
    move(leaf.keys, right.keys, from);
    move(leaf.values, right.values, from);
    leaves.add(place + 1, right);
  }

  private static <T> void move(List<T> source, List<T> target, int from) {
    List<T> part = source.subList(from, source.size());
    target.addAll(part);
    part.clear();
  }

  /// @return the value that it had, or null
  @Nullable V remove(K key) {
    lock.lock();
    try {
      int place = leafOf(key);
      Leaf<K, V> leaf = leaves.get(place);
      int at = find(leaf, key);
      if (at < 0) {
        return null;
      }
      leaf.keys.remove(at);
      size--;
      V value = leaf.values.remove(at);
      if (leaf.keys.isEmpty() && leaves.size() > 1) {
        leaves.remove(place);
      }
      return value;
    } finally {
      lock.unlock();
    }
  }

  /// @return null when there is no such key
  @Nullable V get(K key) {
    lock.lock();
    try {
      Leaf<K, V> leaf = leaves.get(leafOf(key));
      int at = find(leaf, key);
      return at < 0 ? null : leaf.values.get(at);
    } finally {
      lock.unlock();
    }
  }

  /// The entries between two keys that are not in the tree, in order.
  Stream<Entry<K, V>> between(K low, K high, boolean descending) {
    Iterator<Entry<K, V>> walk = new Walk(low, high, descending);
    return StreamSupport.stream(
        Spliterators.spliteratorUnknownSize(walk, Spliterator.ORDERED), false);
  }

  long size() {
    lock.lock();
    try {
      return size;
    } finally {
      lock.unlock();
    }
  }

  void clear() {
    lock.lock();
    try {
      leaves.clear();
      leaves.add(new Leaf<>());
      size = 0;
    } finally {
      lock.unlock();
    }
  }

  /// The last leaf whose first key is not above `key`; the first leaf may begin above it.
  private int leafOf(K key) {
    int low = 1;
    int high = leaves.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (order.compare(leaves.get(middle).keys.getFirst(), key) <= 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low - 1;
  }

  /// As {@link java.util.Collections#binarySearch}.
  private int find(Leaf<K, V> leaf, K key) {
    int low = 0;
    int high = leaf.keys.size();
    if (high > 0 && order.compare(leaf.keys.getLast(), key) < 0) {
      return -high - 1; // as most: keys come in order
    }
    while (low < high) {
      int middle = (low + high) >>> 1;
      int c = order.compare(leaf.keys.get(middle), key);
      if (c == 0) {
        return middle;
      }
      if (c < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return -low - 1;
  }

  /// Where the keys above `key` begin.
  private int above(Leaf<K, V> leaf, K key) {
    int at = find(leaf, key);
    return at >= 0 ? at + 1 : -at - 1;
  }

  private final class Walk implements Iterator<Entry<K, V>> {

    private final boolean descending;
    private K low; // moves up when ascending
    private K high; // moves down when descending
    private List<Entry<K, V>> chunk = List.of();
    private int next;

    Walk(K low, K high, boolean descending) {
      this.low = low;
      this.high = high;
      this.descending = descending;
    }

    @Override
    public boolean hasNext() {
      if (next == chunk.size()) {
        chunk = descending ? below() : ahead();
        next = 0;
        if (!chunk.isEmpty()) {
          K last = chunk.getLast().key;
          low = descending ? low : last;
          high = descending ? last : high;
        }
      }
      return next < chunk.size();
    }

    @Override
    public Entry<K, V> next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return chunk.get(next++);
    }

    private List<Entry<K, V>> ahead() {
      List<Entry<K, V>> found = new ArrayList<>();
      lock.lock();
      try {
        int place = leafOf(low);
        int at = above(leaves.get(place), low);
        if (at == leaves.get(place).keys.size() && place + 1 < leaves.size()) {
          place++;
          at = 0;
        }
        Leaf<K, V> leaf = leaves.get(place);
        for (int i = at; i < leaf.keys.size(); i++) {
          if (order.compare(leaf.keys.get(i), high) >= 0) {
            break;
          }
          found.add(new Entry<>(leaf.keys.get(i), leaf.values.get(i)));
        }
      } finally {
        lock.unlock();
      }
      return found;
    }

    private List<Entry<K, V>> below() {
      List<Entry<K, V>> found = new ArrayList<>();
      lock.lock();
      try {
        int place = leafOf(high);
        int at = find(leaves.get(place), high);
        int end = at >= 0 ? at : -at - 1;
        if (end == 0 && place > 0) {
          place--;
          end = leaves.get(place).keys.size();
        }
        Leaf<K, V> leaf = leaves.get(place);
        for (int i = end - 1; i >= 0; i--) {
          if (order.compare(leaf.keys.get(i), low) <= 0) {
            break;
          }
          found.add(new Entry<>(leaf.keys.get(i), leaf.values.get(i)));
        }
      } finally {
        lock.unlock();
      }
      return found;
    }
  }
}
