package parley.embedded.mongo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import de.bwaldvogel.mongo.backend.ValueComparator;
import de.bwaldvogel.mongo.bson.ObjectId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class KeyBytesTest {

  private static byte[] entry(boolean ascending, Object... values) {
    KeyBytes bytes = new KeyBytes();
    for (Object value : values) {
      bytes.add(OrderedIndex.normalized(value), ascending);
    }
    return bytes.entry();
  }

  private static List<Object> samples() {
    List<Object> samples = new ArrayList<>();
    samples.add(null);
    samples.addAll(List.of(false, true, "", "a", "ab", "b", "a\0", "a\0b", "ä", "é", "z"));
    samples.addAll(List.of(0, 1, -1, 1L, 2.5, -2.5, -0.0, Long.MAX_VALUE, Long.MIN_VALUE));
    samples.addAll(List.of(1L << 53, (1L << 53) + 1, -(1L << 53) - 1, 1e15, -1e15, 0.1));
    samples.addAll(
        List.of(Instant.EPOCH, Instant.ofEpochMilli(-5), Instant.ofEpochMilli(1L << 41)));
    samples.addAll(List.of(new ObjectId(new byte[12]), new ObjectId("ffeeddccbbaa998877665544")));
    Random random = new Random(7);
    for (int i = 0; i < 100; i++) {
      samples.add(random.nextLong());
      samples.add(random.nextDouble() * 1e6 - 5e5);
      samples.add(Long.toString(random.nextLong(), 36));
    }
    return samples;
  }

  @Test
  void theirOrderIsTheOrderOfTheValues() {
    for (Object one : samples()) {
      for (Object other : samples()) {
        int expected = Integer.signum(ValueComparator.asc().compare(one, other));
        String what = one + " and " + other;
        assertEquals(
            expected,
            Integer.signum(Arrays.compareUnsigned(entry(true, one), entry(true, other))),
            what);
        assertEquals(
            -expected,
            Integer.signum(Arrays.compareUnsigned(entry(false, one), entry(false, other))),
            what);
        assertEquals(
            expected,
            Integer.signum(Arrays.compareUnsigned(entry(true, "r", one), entry(true, "r", other))),
            what);
      }
    }
  }

  @Test
  void whatBeginsWithTheFirstValuesLiesBetweenTheirEdges() {
    for (Object value : samples()) {
      byte[] entry = entry(true, "room", value, "more");
      assertTrue(Arrays.compareUnsigned(new KeyBytes().add("room", true).before(), entry) < 0);
      assertTrue(Arrays.compareUnsigned(new KeyBytes().add("room", true).behind(), entry) > 0);
      byte[] next = entry(true, "room1", value, "more");
      assertTrue(Arrays.compareUnsigned(new KeyBytes().add("room", true).behind(), next) < 0);
    }
  }

  @Test
  void equalNumbersOfDifferentTypesAreOneKey() {
    assertArrayEquals(entry(true, 1), entry(true, 1.0));
    assertArrayEquals(entry(true, 7L), entry(true, 7));
  }
}
