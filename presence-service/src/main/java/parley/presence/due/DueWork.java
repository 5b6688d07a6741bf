package parley.presence.due;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import parley.process.redis.Batch;
import parley.process.redis.LuaScript;
import parley.process.redis.Replies;
import redis.clients.jedis.UnifiedJedis;

/// A list of what is due when, by Redis' clock. Whoever takes something has five seconds for it;
/// then it is due again, so that nothing is lost with a node. All calls block on Redis; safe for
/// any thread; what is put into a batch is done with it.
public final class DueWork {

  /// Sorted set of what is to be done, by when; milliseconds since the epoch.
  public static final String KEY = "presence_due";

  private static final LuaScript SCHEDULE = new LuaScript("schedule.lua");
  private static final LuaScript CLAIM = new LuaScript("claim_due.lua");
  private static final LuaScript FINISH = new LuaScript("finish_due.lua");

  /// Something that is due, and was taken.
  ///
  /// @param words what was scheduled behind its kind, word by word
  /// @param member what was scheduled
  /// @param score which claiming gave it; it has another one, or none, when it was scheduled anew
  /// or cancelled since
  public record Claimed(String kind, List<String> words, String member, String score) {

    static Claimed of(String member, String score) {
      List<String> words = List.of(member.split(" ", -1));
      return new Claimed(words.getFirst(), words.subList(1, words.size()), member, score);
    }

    /// What a script needs to see whether it is to be done still.
    public List<String> proof() {
      return List.of(member, score);
    }
  }

  private final UnifiedJedis redis;

  public DueWork(UnifiedJedis redis) {
    this.redis = redis;
  }

  /// Makes something due after a while; what is scheduled already is put off, or brought forward.
  ///
  /// @param words without spaces
  public void schedule(Batch batch, long delayMillis, String... words) {
    var unused =
        batch.call(SCHEDULE, List.of(KEY), List.of(Long.toString(delayMillis), member(words)));
  }

  /// What stands on the list.
  public static String member(String... words) {
    return String.join(" ", words);
  }

  /// Takes something off the list.
  public void cancel(Batch batch, String... words) {
    var unused = batch.add(redis -> redis.zrem(KEY, member(words)));
  }

  /// Takes what is due, 500 at most. What is of another kind is put off by a second, for a node
  /// that knows it.
  ///
  /// @param kinds first words
  List<Claimed> claim(Collection<String> kinds) {
    List<?> answer = Replies.list(CLAIM.call(redis, List.of(KEY), List.copyOf(kinds)));
    List<Claimed> claimed = new ArrayList<>();
    for (int i = 1; i < answer.size(); i++) {
      claimed.add(Claimed.of(Replies.text(answer.get(i)), Replies.text(answer.get(0))));
    }
    return claimed;
  }

  /// Those of these that are on the list.
  public Set<String> scheduled(Collection<String> members) {
    if (members.isEmpty()) {
      return Set.of();
    }
    List<String> asked = List.copyOf(members);
    List<Double> scores = redis.zmscore(KEY, asked.toArray(String[]::new));
    return IntStream.range(0, asked.size())
        .filter(i -> scores.get(i) != null)
        .mapToObj(asked::get)
        .collect(Collectors.toSet());
  }

  /// It is done: takes it off the list, unless it was scheduled anew meanwhile.
  void finish(Batch batch, Claimed done) {
    var unused = batch.call(FINISH, List.of(KEY), List.of(done.member, done.score, ""));
  }

  /// It failed: it is due again so long after now, unless it was scheduled anew meanwhile.
  void putOff(Batch batch, Claimed failed, long millis) {
    var unused =
        batch.call(
            FINISH, List.of(KEY), List.of(failed.member, failed.score, Long.toString(millis)));
  }

  /// An empty batch.
  public Batch batch() {
    return new Batch(redis);
  }
}
