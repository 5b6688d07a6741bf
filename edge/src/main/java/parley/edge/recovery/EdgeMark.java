package parley.edge.recovery;

import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import parley.process.redis.Batch;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.params.SetParams;

/// The edge's own key: says that the edge lives, and carries a number that rises with every batch
/// of saved connections, as the last command of the batch. When a lower number than the last
/// confirmed one is found, Redis has lost writes that it had confirmed: it was emptied, evicted the
/// key, or a replica took over that had not heard of them yet. For one thread.
final class EdgeMark {

  private static final System.Logger LOG = System.getLogger(EdgeMark.class.getName());

  private final UnifiedJedis redis;
  private final String key;
  private final long keepMillis;
  private long number; // the last one sent
  private long confirmed; // the last one answered; 0 = none

  EdgeMark(UnifiedJedis redis, String edgeId, Duration keep) {
    this.redis = redis;
    this.key = RecoveryKeys.edge(edgeId);
    this.keepMillis = keep.toMillis();
  }

  /// Prolongs the key. Blocks on Redis, whose failures are nobody's affair: the next beat may
  /// succeed.
  ///
  /// @return true when Redis has lost something
  boolean beat() {
    String next = next();
    try {
      return told(redis.setGet(key, next, params()));
    } catch (JedisDataException e) {
      return prolong(e);
    } catch (JedisException e) {
      LOG.log(System.Logger.Level.DEBUG, "the next beat may succeed", e);
      return false;
    }
  }

  /// Where memory is full nothing can be set, but what is there can be kept: the edge lives.
  private boolean prolong(JedisDataException refusal) {
    LOG.log(System.Logger.Level.DEBUG, "the beat is refused", refusal);
    try {
      redis.pexpire(key, keepMillis);
    } catch (JedisException e) {
      LOG.log(System.Logger.Level.DEBUG, "the next beat may succeed", e);
    }
    return false;
  }

  /// Ends a batch; its answer is for {@link #lostSome}.
  Supplier<String> put(Batch batch) {
    String next = next();
    return batch.add(pipeline -> pipeline.setGet(key, next, params()));
  }

  /// @return true when Redis had lost something before this batch
  boolean lostSome(Supplier<String> before) {
    try {
      return told(before.get());
    } catch (JedisException e) {
      LOG.log(System.Logger.Level.DEBUG, "the mark is refused", e);
      return false;
    }
  }

  /// A number above the confirmed one is that of a write whose answer did not come.
  private boolean told(@Nullable String before) {
    boolean lost = confirmed > 0 && (before == null || Long.parseLong(before) < confirmed);
    confirmed = number;
    return lost;
  }

  private String next() {
    return Long.toString(++number);
  }

  private SetParams params() {
    return SetParams.setParams().px(keepMillis);
  }
}
