package parley.process.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisNoScriptException;

/// A Lua file among the resources of the module that uses it, under `/redis`, called by its digest,
/// loaded when the server does not know it.
public final class LuaScript {

  private final String source;
  private final String digest;

  /// @param name of a file under `/redis`
  public LuaScript(String name) {
    try (InputStream in = LuaScript.class.getResourceAsStream("/redis/" + name)) {
      if (in == null) {
        throw new IllegalStateException("no script " + name);
      }
      this.source = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.digest = sha1(source);
  }

  /// Runs it; blocks on Redis.
  ///
  /// @throws redis.clients.jedis.exceptions.JedisException when Redis fails
  public Object call(UnifiedJedis redis, List<String> keys, List<String> arguments) {
    try {
      return redis.evalsha(digest, keys, arguments);
    } catch (JedisNoScriptException e) {
      return redis.eval(source, keys, arguments);
    }
  }

  /// Puts it into a pipeline.
  ///
  /// @param whole with its source: an answer that asks for it would come too late
  Response<Object> in(
      AbstractPipeline pipeline, boolean whole, List<String> keys, List<String> arguments) {
    return whole
        ? pipeline.eval(source, keys, arguments)
        : pipeline.evalsha(digest, keys, arguments);
  }

  /// As {@link #in}, with keys and arguments that are not text.
  Response<Object> inBytes(
      AbstractPipeline pipeline, boolean whole, List<byte[]> keys, List<byte[]> arguments) {
    return whole
        ? pipeline.eval(source.getBytes(StandardCharsets.UTF_8), keys, arguments)
        : pipeline.evalsha(digest.getBytes(StandardCharsets.US_ASCII), keys, arguments);
  }

  private static String sha1(String text) {
    try {
      byte[] hash =
          java.security.MessageDigest.getInstance("SHA-1")
              .digest(text.getBytes(StandardCharsets.UTF_8));
      return java.util.HexFormat.of().formatHex(hash);
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-1", e);
    }
  }
}
