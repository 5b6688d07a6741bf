package parley.fanout.redis;

import redis.clients.jedis.exceptions.JedisConnectionException;

/// What is connected to is a replica: it was the master before a failover, or is the wrong address.
/// The connection is given up; a new one goes where the address leads now.
final class NotMasterException extends JedisConnectionException {

  private static final long serialVersionUID = 1L;

  NotMasterException(Throwable cause) {
    super("it is a replica now, and takes no writes", cause);
  }

  /// Does a refusal say so? Scripts hand the word on behind others of their own.
  static boolean says(Throwable refusal) {
    return String.valueOf(refusal.getMessage()).contains("READONLY ");
  }
}
