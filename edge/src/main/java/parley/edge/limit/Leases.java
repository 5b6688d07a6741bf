package parley.edge.limit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisException;

/// Asks Redis for parts of budgets. One thread asks, with one connection: what many users want at
/// the same time, after a mass reconnect or at the turn of a window, goes in one pipeline.
final class Leases implements AutoCloseable {

  private static final int PIPELINE = 256;
  private static final String STOPPING = "the edge is stopping";

  /// @param events granted; 0 when the budget is spent
  /// @param leftMillis of the window
  record Lease(int events, long leftMillis) {}

  private record Wish(String key, List<String> arguments, CompletableFuture<Lease> lease) {}

  private final UnifiedJedis redis;
  private final String script = source();
  private final LinkedBlockingQueue<Wish> wishes = new LinkedBlockingQueue<>();
  private final Thread thread = Thread.ofVirtual().name("leases").unstarted(this::run);
  private volatile boolean closed;

  Leases(UnifiedJedis redis) {
    this.redis = redis;
    thread.start();
  }

  /// Leases up to `wanted` of `budget` events in a window; blocks.
  ///
  /// @throws JedisException when Redis cannot be asked
  Lease lease(String key, int budget, int wanted, long windowMillis) {
    Wish wish =
        new Wish(
            key,
            List.of(
                Integer.toString(budget), Integer.toString(wanted), Long.toString(windowMillis)),
            new CompletableFuture<>());
    wishes.add(wish);
    if (closed) {
      refuseAll();
    }
    try {
      return wish.lease.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof JedisException known ? known : new JedisException(e.getCause());
    }
  }

  private void run() {
    List<Wish> batch = new ArrayList<>();
    try {
      while (true) {
        batch.add(wishes.take());
        wishes.drainTo(batch, PIPELINE - 1);
        ask(batch);
        batch.clear();
      }
    } catch (InterruptedException e) {
      refuse(batch, new JedisException(STOPPING));
    }
  }

  private void refuseAll() {
    List<Wish> left = new ArrayList<>();
    wishes.drainTo(left);
    refuse(left, new JedisException(STOPPING));
  }

  private void ask(List<Wish> batch) {
    List<Response<Object>> answers = new ArrayList<>(batch.size());
    try (AbstractPipeline pipeline = redis.pipelined()) {
      batch.forEach(wish -> answers.add(pipeline.eval(script, List.of(wish.key), wish.arguments)));
      pipeline.sync();
      for (int i = 0; i < answers.size(); i++) {
        answer(batch.get(i), answers.get(i));
      }
    } catch (RuntimeException e) {
      refuse(batch, e);
    }
  }

  /// What Redis refuses to one is nobody else's trouble.
  private static void answer(Wish wish, Response<Object> response) {
    try {
      List<?> answer = (List<?>) response.get();
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
    thread.interrupt();
    refuseAll();
  }

  private static String source() {
    try (InputStream in = Leases.class.getResourceAsStream("/redis/lease_budget.lua")) {
      if (in == null) {
        throw new IllegalStateException("lease_budget.lua is missing");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
