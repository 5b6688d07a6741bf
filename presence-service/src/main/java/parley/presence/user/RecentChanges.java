package parley.presence.user;

import java.util.ArrayList;
import java.util.List;
import parley.contract.UserId;
import parley.proto.presence.PresenceChange;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.params.ZAddParams;
import redis.clients.jedis.params.ZRangeParams;
import redis.clients.jedis.resps.Tuple;

/// Who changed lately, by version, for those who missed it: the 100,000 newest. Blocks on Redis;
/// safe for any thread.
public final class RecentChanges {

  private static final int REMEMBERED = 100_000;
  private static final int READ_AT_ONCE = 500;

  /// What changed, oldest first.
  ///
  /// @param upTo every change with a version up to this one is among them
  /// @param more there are newer ones: ask again, from `upTo` on
  public record Page(List<PresenceChange> changes, long upTo, boolean more) {}

  private final UnifiedJedis redis;
  private final UserPresences users;
  private final int mostBytes;

  /// @param mostBytes of a page, which has one change at least
  public RecentChanges(UnifiedJedis redis, UserPresences users, int mostBytes) {
    this.redis = redis;
    this.users = users;
    this.mostBytes = mostBytes;
  }

  /// Notes who changed. A repeat, or one that comes late, hides no newer change.
  ///
  /// @throws redis.clients.jedis.exceptions.JedisException when some may not be noted
  void remember(List<PresenceChange> changes) {
    List<Response<Long>> noted = new ArrayList<>();
    try (AbstractPipeline pipeline = redis.pipelined()) {
      for (PresenceChange change : changes) {
        noted.add(
            pipeline.zadd(
                UserKeys.RECENT,
                (double) change.getPresence().getVersion(),
                change.getPresence().getUserId(),
                ZAddParams.zAddParams().gt()));
      }
      noted.add(pipeline.zremrangeByRank(UserKeys.RECENT, 0, -REMEMBERED - 1L));
    }
    noted.forEach(Response::get);
  }

  /// What changed with a version above `since`, as it is now.
  public Page since(long since) {
    List<PresenceChange> changes = new ArrayList<>();
    long upTo = since;
    int bytes = 0;
    while (true) {
      List<Tuple> run = above(upTo);
      List<PresenceChange> read =
          users.changesOf(run.stream().map(one -> new UserId(one.getElement())).toList());
      for (int i = 0; i < read.size(); i++) {
        long version = (long) run.get(i).getScore();
        int size = read.get(i).getSerializedSize();
        if (bytes + size > mostBytes && version > upTo && !changes.isEmpty()) {
          return new Page(changes, upTo, true);
        }
        changes.add(read.get(i));
        bytes += size;
        upTo = version;
      }
      if (run.size() < READ_AT_ONCE) {
        return new Page(changes, upTo, false);
      }
    }
  }

  /// The next ones, and all that share the last one's version.
  private List<Tuple> above(long version) {
    List<Tuple> run =
        redis.zrangeWithScores(
            UserKeys.RECENT,
            ZRangeParams.zrangeByScoreParams((double) (version + 1), Double.MAX_VALUE)
                .limit(0, READ_AT_ONCE));
    if (run.size() < READ_AT_ONCE) {
      return run;
    }
    double last = run.getLast().getScore();
    List<Tuple> whole = new ArrayList<>(run.stream().filter(t -> t.getScore() < last).toList());
    whole.addAll(
        redis.zrangeWithScores(UserKeys.RECENT, ZRangeParams.zrangeByScoreParams(last, last)));
    return whole;
  }
}
