package parley.fanout.redis;

import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisDataException;

/// Asks whether a Redis still takes writes, by removing a key that is never there: a replica
/// refuses that, while PUBLISH, PING and reading go on there as ever, heard by few. It needs no
/// right but that to write, changes nothing, and is allowed when memory is full.
final class MasterProbe {

  private static final byte[] NO_KEY = PlainLink.CONTROL;

  private MasterProbe() {}

  static void send(Connection connection) {
    connection.sendCommand(new CommandArguments(Command.DEL).add(NO_KEY));
  }

  /// @param reply to what {@link #send} sent
  /// @throws NotMasterException when it is a replica; other refusals say nothing of that
  static void heard(@Nullable Object reply) {
    if (reply instanceof JedisDataException refusal && NotMasterException.says(refusal)) {
      throw new NotMasterException(refusal);
    }
  }

  /// Asks and waits for the answer.
  static void ask(Connection connection) {
    send(connection);
    heard(connection.getMany(1).getFirst());
  }
}
