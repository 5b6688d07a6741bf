package parley.fanout.redis;

import java.net.URI;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.SslOptions;

/// Where a Redis is and how to sign in there: `redis://[user:password@]host[:port][/db]`, or
/// `rediss://` for TLS.
public record RedisAddress(
    String host,
    int port,
    @Nullable String user,
    @Nullable String password,
    int database,
    boolean tls) {

  /// @param password used when the address has none; may be null or empty
  /// @param database used when the address has none
  /// @throws IllegalArgumentException naming what is wrong, never the password
  public static RedisAddress parse(String url, @Nullable String password, int database) {
    URI uri;
    try {
      uri = URI.create(url);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("is not an address");
    }
    if (uri.getHost() == null
        || !("redis".equals(uri.getScheme()) || "rediss".equals(uri.getScheme()))) {
      throw new IllegalArgumentException("must be redis://host:port or rediss://host:port");
    }
    String[] sign = uri.getUserInfo() == null ? new String[0] : uri.getUserInfo().split(":", 2);
    String given = sign.length == 2 ? sign[1] : password;
    String path = uri.getPath() == null ? "" : uri.getPath().replace("/", "");
    return new RedisAddress(
        uri.getHost(),
        uri.getPort() < 0 ? 6379 : uri.getPort(),
        sign.length == 2 && !sign[0].isEmpty() ? sign[0] : null,
        given == null || given.isEmpty() ? null : given,
        path.isEmpty() ? database : databaseOf(path),
        "rediss".equals(uri.getScheme()));
  }

  private static int databaseOf(String path) {
    if (!path.matches("\\d{1,6}")) {
      throw new IllegalArgumentException("the database behind the host must be a number");
    }
    return Integer.parseInt(path);
  }

  /// The same signing in, elsewhere.
  RedisAddress at(String otherHost, int otherPort) {
    return new RedisAddress(otherHost, otherPort, user, password, database, tls);
  }

  /// For Jedis.
  public HostAndPort hostAndPort() {
    return new HostAndPort(host, port);
  }

  /// For Jedis; 2 s to connect and to answer.
  public JedisClientConfig config() {
    DefaultJedisClientConfig.Builder builder =
        DefaultJedisClientConfig.builder()
            .user(user)
            .password(password)
            .database(database)
            .protocol(
                RedisProtocol.RESP2) // with RESP3 a subscription's PONG can outrun Jedis's queue
            .connectionTimeoutMillis(2_000)
            .socketTimeoutMillis(2_000);
    return (tls ? builder.sslOptions(SslOptions.defaults()) : builder).build();
  }

  /// Without the password, for logs.
  @Override
  public String toString() {
    return (tls ? "rediss://" : "redis://") + host + ":" + port + "/" + database;
  }
}
