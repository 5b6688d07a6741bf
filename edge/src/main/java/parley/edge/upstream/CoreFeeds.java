package parley.edge.upstream;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import parley.contract.UserId;
import parley.edge.user.FeedSource;
import parley.proto.relay.FeedPosition;
import parley.proto.relay.ReadUserFeeds;
import parley.proto.relay.Request;
import parley.proto.relay.UserFeed;

/// The feeds' way to core. Any node can answer; each question goes to the one of its first user.
public final class CoreFeeds implements FeedSource {

  private final CoreClient core;

  public CoreFeeds(CoreClient core) {
    this.core = core;
  }

  @Override
  public void read(Map<UserId, Long> since, Consumer<@Nullable Map<UserId, UserFeed>> answer) {
    ReadUserFeeds.Builder asked = ReadUserFeeds.newBuilder();
    since.forEach(
        (user, number) ->
            asked.addUsers(FeedPosition.newBuilder().setUserId(user.value()).setSince(number)));
    core.request(
        "feeds of " + asked.getUsers(0).getUserId(), // a user's own requests need not wait for it
        Request.newBuilder().setReadUserFeeds(asked),
        reply -> {
          Map<UserId, UserFeed> feeds = new HashMap<>();
          reply
              .getUserFeeds()
              .getFeedsList()
              .forEach(feed -> feeds.put(new UserId(feed.getUserId()), feed));
          answer.accept(reply.hasUserFeeds() ? feeds : null);
        });
  }
}
