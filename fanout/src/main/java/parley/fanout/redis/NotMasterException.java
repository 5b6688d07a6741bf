package parley.fanout.redis;

import java.util.List;
import redis.clients.jedis.exceptions.JedisConnectionException;

/// What is connected to is no master that serves: a replica (it was the master before a failover,
/// or is the wrong address), one that has lost its master, or one that is still reading its data.
/// The connection is given up; a new one goes where the address leads now.
final class NotMasterException extends JedisConnectionException {

  private static final long serialVersionUID = 1L;

  /// Redis's own codes of errors.
  private static final List<String> WORDS = List.of("READONLY ", "MASTERDOWN ", "LOADING ");

  NotMasterException(Throwable cause) {
    super("it is no master that takes writes now", cause);
  }

  /// Does a refusal say so? Scripts hand the word on behind others of their own.
  static boolean says(Throwable refusal) {
    String words = String.valueOf(refusal.getMessage());
    return WORDS.stream().anyMatch(words::contains);
  }
}
