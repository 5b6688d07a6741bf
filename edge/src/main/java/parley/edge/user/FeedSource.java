package parley.edge.user;

import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import parley.contract.UserId;
import parley.proto.relay.UserFeed;

/// Where feeds get what the bus did not bring.
public interface FeedSource {

  /// Most users in one question.
  int MOST = 200;

  /// Reads what feeds have above a number; never blocks.
  ///
  /// @param since at most {@link #MOST}
  /// @param answer called once, by any thread: the feeds that are elsewhere; null when it could not
  ///     be read
  void read(Map<UserId, Long> since, Consumer<@Nullable Map<UserId, UserFeed>> answer);
}
