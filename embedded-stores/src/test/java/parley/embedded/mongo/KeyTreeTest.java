package parley.embedded.mongo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class KeyTreeTest {

  private static final int KEYS = 5_000;

  // Entries have even keys; bounds are odd, so that none is in the tree.
  private static List<Integer> keys(
      KeyTree<Integer, Integer> tree, int low, int high, boolean down) {
    return tree.between(low, high, down).map(KeyTree.Entry::key).toList();
  }

  @Test
  void itIsASortedMapWhateverIsDoneToIt() {
    for (int seed = 0; seed < 20; seed++) {
      Random random = new Random(seed);
      KeyTree<Integer, Integer> tree = new KeyTree<>(Comparator.<Integer>naturalOrder());
      NavigableMap<Integer, Integer> model = new TreeMap<>();
      for (int step = 0; step < 20_000; step++) {
        int key = 2 * (random.nextInt(10) < 5 ? step % KEYS : random.nextInt(KEYS));
        if (random.nextInt(10) < 6) {
          tree.put(key, step);
          model.put(key, step);
        } else {
          assertEquals(model.remove(key), tree.remove(key));
        }
        if (step % 1_000 == 0) {
          compare(model, tree, random);
        }
      }
      model.keySet().forEach(tree::remove);
      assertEquals(0, tree.size());
      assertEquals(List.of(), keys(tree, -1, 2 * KEYS + 1, false));
    }
  }

  private static void compare(
      NavigableMap<Integer, Integer> model, KeyTree<Integer, Integer> tree, Random random) {
    assertEquals(model.size(), tree.size());
    int low = 2 * random.nextInt(KEYS) - 1;
    int high = low + 2 * random.nextInt(KEYS);
    NavigableMap<Integer, Integer> range = model.subMap(low, true, high, true);
    assertEquals(List.copyOf(range.keySet()), keys(tree, low, high, false));
    assertEquals(List.copyOf(range.descendingMap().keySet()), keys(tree, low, high, true));
    assertEquals(
        List.copyOf(range.values()),
        tree.between(low, high, false).map(KeyTree.Entry::value).toList());
    int any = 2 * random.nextInt(KEYS);
    assertEquals(model.get(any), tree.get(any));
  }

  @Test
  void aWalkSeesWhatStaysOnceWhileOthersComeAndGo() {
    KeyTree<Integer, Integer> tree = new KeyTree<>(Comparator.<Integer>naturalOrder());
    List<Integer> staying = new ArrayList<>();
    for (int key = 0; key < 2 * KEYS; key += 20) {
      tree.put(key, key);
      staying.add(key);
    }
    AtomicBoolean over = new AtomicBoolean();
    CompletableFuture<Void> writer =
        CompletableFuture.runAsync(
            () -> {
              Random random = new Random(1);
              while (!over.get()) {
                int key = 2 * random.nextInt(KEYS);
                if (key % 20 != 0) {
                  tree.put(key, key);
                  tree.remove(2 * random.nextInt(KEYS) / 20 * 20 + 2);
                }
              }
            });
    for (int round = 0; round < 200; round++) {
      boolean down = round % 2 == 1;
      List<Integer> seen =
          keys(tree, -1, 2 * KEYS + 1, down).stream().filter(key -> key % 20 == 0).toList();
      assertEquals(down ? staying.reversed() : staying, seen);
    }
    over.set(true);
    writer.join();
  }
}
