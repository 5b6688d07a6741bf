package parley.process.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisNoScriptException;

/// A Lua file among the resources of the module that uses it, under `/redis`, called by its digest,
/// loaded when the server does not know it.
/// Arguments are text or bytes; answers are read with {@link Replies}.
public final class LuaScript {

  private final byte[] source;
  private final byte[] digest;

  /// @param name of a file under `/redis`
  public LuaScript(String name) {
    try (InputStream in = LuaScript.class.getResourceAsStream("/redis/" + name)) {
      if (in == null) {
        throw new IllegalStateException("no script " + name);
      }
      this.source = in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.digest = sha1(source);
  }

  /// Runs it; blocks on Redis.
  ///
  /// @param arguments text or bytes
  /// @throws redis.clients.jedis.exceptions.JedisException when Redis fails
  public Object call(UnifiedJedis redis, List<String> keys, List<?> arguments) {
    try {
      return redis.evalsha(digest, bytes(keys), bytes(arguments));
    } catch (JedisNoScriptException e) {
      return redis.eval(source, bytes(keys), bytes(arguments));
    }
  }

  /// Puts it into a pipeline.
  ///
  /// @param whole with its source: an answer that asks for it would come too late
  Response<Object> in(
      AbstractPipeline pipeline, boolean whole, List<String> keys, List<?> arguments) {
    return whole
        ? pipeline.eval(source, bytes(keys), bytes(arguments))
        : pipeline.evalsha(digest, bytes(keys), bytes(arguments));
  }

  private static List<byte[]> bytes(List<?> texts) {
    return texts.stream().map(Replies::bytes).toList();
  }

  private static byte[] sha1(byte[] text) {
    try {
      byte[] hash = java.security.MessageDigest.getInstance("SHA-1").digest(text);
      return java.util.HexFormat.of().formatHex(hash).getBytes(UTF_8);
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-1", e);
    }
  }
}
