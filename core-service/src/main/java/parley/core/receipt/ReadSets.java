package parley.core.receipt;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import parley.contract.MessageId;
import parley.contract.UserId;
import parley.process.Worker;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisException;

/// `read_receipts:{messageId}` in Redis: who has read a message, for as long as its TTL (R11). A
/// convenience for other services; the cursors are the truth. Noting never blocks; what does not
/// fit, or cannot be written, is forgotten.
public final class ReadSets implements ReaderNotes, AutoCloseable {

  private static final System.Logger LOG = System.getLogger(ReadSets.class.getName());
  private static final int WAITING = 10_000;
  private static final int BATCH = 200;

  private record Read(MessageId message, UserId sender, UserId reader) {}

  private final UnifiedJedis redis;
  private final long ttlSeconds;
  private final BlockingQueue<Read> waiting = new LinkedBlockingQueue<>(WAITING);
  private final Worker writer = Worker.thread("read-sets", this::turn);

  /// @param ttl of each set, from the last reader on
  public ReadSets(UnifiedJedis redis, Duration ttl) {
    this.redis = redis;
    this.ttlSeconds = ttl.toSeconds();
  }

  /// Begins to write.
  public void start() {
    writer.start();
  }

  @Override
  public void note(MessageId message, UserId sender, UserId reader) {
    if (!waiting.offer(new Read(message, sender, reader))) {
      LOG.log(System.Logger.Level.DEBUG, "a read receipt is not noted in Redis");
    }
  }

  private void turn() throws InterruptedException {
    List<Read> batch = new ArrayList<>();
    batch.add(waiting.take());
    waiting.drainTo(batch, BATCH - 1);
    write(batch);
  }

  private void write(List<Read> batch) {
    try (AbstractPipeline pipeline = redis.pipelined()) {
      for (Read read : batch) {
        String key = "read_receipts:{" + read.message + "}";
        pipeline.sadd(key, read.sender.value(), read.reader.value());
        pipeline.expire(key, ttlSeconds);
      }
    } catch (JedisException e) {
      LOG.log(System.Logger.Level.DEBUG, "read receipts are not noted in Redis", e);
    }
  }

  @Override
  public void close() {
    writer.close();
  }
}
