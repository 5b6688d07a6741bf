package parley.edge.limit;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Supplier;
import parley.process.Worker;
import parley.process.redis.Batch;
import parley.process.redis.LuaScript;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisException;

/// Asks Redis for parts of budgets. One thread asks, with one connection: what many users want at
/// the same time, after a mass reconnect or at the turn of a window, goes in one pipeline.
final class Leases implements AutoCloseable {

  private static final LuaScript SCRIPT = new LuaScript("lease_budget.lua");
  private static final int PIPELINE = 256;
  private static final int MOST_WAITING = 100_000;
  private static final String STOPPING = "the edge is stopping";

  /// @param events granted; 0 when the budget is spent
  /// @param leftMillis of the window
  record Lease(int events, long leftMillis) {}

  private record Wish(String key, List<String> arguments, CompletableFuture<Lease> lease) {}

  private final UnifiedJedis redis;
  private final LinkedBlockingQueue<Wish> wishes = new LinkedBlockingQueue<>(MOST_WAITING);
  private final Worker worker = Worker.thread("leases", this::turn);
  private volatile boolean closed;

  Leases(UnifiedJedis redis) {
    this.redis = redis;
    worker.start();
  }

  /// Leases up to `wanted` of `budget` events in a window.
  ///
  /// @return fails when Redis cannot be asked
  CompletableFuture<Lease> lease(String key, int budget, int wanted, long windowMillis) {
    Wish wish =
        new Wish(
            key,
            List.of(
                Integer.toString(budget), Integer.toString(wanted), Long.toString(windowMillis)),
            new CompletableFuture<>());
    if (!wishes.offer(wish)) {
      wish.lease.completeExceptionally(new JedisException("too many ask at once"));
    }
    if (closed) {
      refuseAll();
    }
    return wish.lease;
  }

  private void turn() throws InterruptedException {
    List<Wish> batch = new ArrayList<>();
    batch.add(wishes.take());
    wishes.drainTo(batch, PIPELINE - 1);
    ask(batch);
  }

  /// False when nobody asks Redis any more.
  boolean alive() {
    return worker.alive();
  }

  private void refuseAll() {
    List<Wish> left = new ArrayList<>();
    wishes.drainTo(left);
    refuse(left, new JedisException(STOPPING));
  }

  private void ask(List<Wish> wishes) {
    Batch batch = new Batch(redis);
    List<Supplier<Object>> answers = new ArrayList<>(wishes.size());
    wishes.forEach(wish -> answers.add(batch.call(SCRIPT, List.of(wish.key), wish.arguments)));
    try {
      batch.carryOutSingly();
    } catch (RuntimeException e) {
      refuse(wishes, e);
      return;
    }
    for (int i = 0; i < answers.size(); i++) {
      answer(wishes.get(i), answers.get(i));
    }
  }

  /// What Redis refuses to one is nobody else's trouble.
  private static void answer(Wish wish, Supplier<Object> given) {
    try {
      List<?> answer = (List<?>) given.get();
      wish.lease.complete(new Lease(Math.toIntExact((Long) answer.get(0)), (Long) answer.get(1)));
    } catch (RuntimeException e) {
      wish.lease.completeExceptionally(e);
    }
  }

  /// Those that were answered stay answered.
  private static void refuse(List<Wish> batch, RuntimeException reason) {
    batch.forEach(wish -> wish.lease.completeExceptionally(reason));
  }

  @Override
  public void close() {
    closed = true;
    worker.close();
    refuseAll();
  }
}
