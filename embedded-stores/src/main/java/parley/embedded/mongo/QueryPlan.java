package parley.embedded.mongo;

import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.bson.ObjectId;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;

/// Which index answers a query best, and whether it gives the order asked for. A plan only narrows:
/// every document it yields is still held against the whole query.
@NullUnmarked
final class QueryPlan {

  private final Map<String, Document> conditions = new HashMap<>();
  private OrderedIndex index;
  private int equalFields;
  private int direction;
  private boolean in;
  private int score;

  /// @param order null, empty or `$natural` when no order is asked for
  QueryPlan(Iterable<?> indexes, Document query, Document order) {
    if (query != null) {
      collect(query);
    }
    boolean sorted = order != null && !order.isEmpty() && !order.containsKey("$natural");
    for (Object candidate : indexes) {
      if (candidate instanceof OrderedIndex ordered) {
        consider(ordered, sorted ? order : null);
      }
    }
  }

  /// True: the positions come in the order asked for.
  boolean sorts() {
    return direction != 0;
  }

  /// True: there is an index to use.
  boolean usable() {
    return index != null;
  }

  /// The positions to look at.
  Stream<Object> positions() {
    if (in) {
      return ((Collection<?>) conditions.get(index.fields[0]).get("$in"))
          .stream().flatMap(v -> index.equalTo(OrderedIndex.normalized(v))).distinct();
    }
    Stream<Object> positions = range();
    return index.multikey ? positions.distinct() : positions;
  }

  private Stream<Object> range() {
    Object[] prefix = new Object[equalFields];
    for (int i = 0; i < equalFields; i++) {
      prefix[i] = OrderedIndex.normalized(conditions.get(index.fields[i]).get("$eq"));
    }
    byte[] low = index.prefix(prefix).before();
    byte[] high = index.prefix(prefix).behind();
    Document next =
        equalFields < index.fields.length ? conditions.get(index.fields[equalFields]) : null;
    if (next == null) {
      return index.range(low, high, direction < 0);
    }
    boolean up = index.ascending[equalFields];
    Object above = next.containsKey("$gt") ? next.get("$gt") : next.get("$gte");
    Object below = next.containsKey("$lt") ? next.get("$lt") : next.get("$lte");
    if (above != null) {
      byte[] edge = edge(prefix, above, next.containsKey("$gt") == up);
      low = up ? edge : low;
      high = up ? high : edge;
    }
    if (below != null) {
      byte[] edge = edge(prefix, below, next.containsKey("$lt") != up);
      high = up ? edge : high;
      low = up ? low : edge;
    }
    return index.range(low, high, direction < 0);
  }

  private byte[] edge(Object[] prefix, Object value, boolean behind) {
    KeyBytes bytes = index.prefix(with(prefix, value));
    return behind ? bytes.behind() : bytes.before();
  }

  private static Object[] with(Object[] prefix, Object value) {
    Object[] longer = Arrays.copyOf(prefix, prefix.length + 1);
    longer[prefix.length] = OrderedIndex.normalized(value);
    return longer;
  }

  private void consider(OrderedIndex candidate, Document order) {
    int equal = 0;
    while (equal < candidate.fields.length && pins(candidate, candidate.fields[equal])) {
      equal++;
    }
    Document next =
        equal < candidate.fields.length ? conditions.get(candidate.fields[equal]) : null;
    boolean list =
        equal == 0
            && next != null
            && next.get("$in") instanceof Collection<?> several
            && !(candidate.leavesOutMissing() && several.contains(null));
    boolean ranged = next != null && hasBound(next);
    boolean complete = equal > 0 || ranged || !candidate.leavesOutMissing();
    int way = 0;
    if (order != null && !candidate.multikey && !candidate.opaque && !list && complete) {
      way = directionFor(candidate, equal, order);
    }
    int value =
        (equal == candidate.fields.length && candidate.isUnique() ? 1000 : 0)
            + equal * 8
            + (list ? 900 : 0)
            + (ranged ? 4 : 0)
            + (way != 0 ? 2 : 0);
    if (value > score) {
      score = value;
      index = candidate;
      equalFields = equal;
      direction = way;
      in = list;
    }
  }

  private boolean pins(OrderedIndex candidate, String field) {
    Document condition = conditions.get(field);
    return condition != null
        && condition.containsKey("$eq")
        && !(candidate.leavesOutMissing() && condition.get("$eq") == null);
  }

  private static boolean hasBound(Document condition) {
    return Stream.of("$gt", "$gte", "$lt", "$lte").anyMatch(condition::containsKey);
  }

  private int directionFor(OrderedIndex candidate, int from, Document order) {
    int way = 0;
    int field = from;
    for (Map.Entry<String, Object> wanted : order.entrySet()) {
      Document condition = conditions.get(wanted.getKey());
      if (condition != null && condition.containsKey("$eq")) {
        continue;
      }
      if (field >= candidate.fields.length || !candidate.fields[field].equals(wanted.getKey())) {
        return 0;
      }
      boolean up = ((Number) wanted.getValue()).intValue() > 0;
      int here = up == candidate.ascending[field] ? 1 : -1;
      if (way != 0 && way != here) {
        return 0;
      }
      way = here;
      field++;
    }
    return way == 0 ? 1 : way;
  }

  private void collect(Document query) {
    for (Map.Entry<String, Object> part : query.entrySet()) {
      if (part.getKey().equals("$and")) {
        ((Collection<?>) part.getValue()).forEach(d -> collect((Document) d));
      } else if (!part.getKey().startsWith("$")) {
        condition(part.getKey(), part.getValue());
      }
    }
  }

  private void condition(String field, Object value) {
    Document target = conditions.computeIfAbsent(field, k -> new Document());
    if (value instanceof Document d
        && !d.isEmpty()
        && d.keySet().stream().allMatch(k -> k.startsWith("$"))) {
      d.forEach(
          (operator, operand) -> {
            if (operator.equals("$in") ? canPlan(operand) : isPlain(operand)) {
              target.putIfAbsent(operator, operand);
            }
          });
    } else if (isPlain(value)) {
      target.putIfAbsent("$eq", value);
    }
  }

  private static boolean canPlan(Object operand) {
    return operand instanceof Collection<?> several
        && several.stream().allMatch(QueryPlan::isPlain);
  }

  private static boolean isPlain(Object value) {
    return value == null
        || value instanceof String
        || value instanceof Number
        || value instanceof Boolean
        || value instanceof Instant
        || value instanceof UUID
        || value instanceof ObjectId;
  }
}
