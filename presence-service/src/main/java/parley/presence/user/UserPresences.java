package parley.presence.user;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import parley.process.redis.Batch;
import parley.process.redis.LuaScript;
import parley.proto.chat.User;
import parley.proto.presence.Audience;
import parley.proto.presence.PresenceChange;
import parley.proto.presence.Presences;
import parley.proto.presence.Status;
import parley.proto.presence.UserPresence;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.params.SetParams;
import redis.clients.jedis.params.ZRangeParams;
import redis.clients.jedis.resps.Tuple;

/// Users' connections, statuses and versions in Redis: each change by one script, which also says
/// what there is to tell. What comes with a batch is done with it, all other calls block on Redis;
/// all may be repeated; safe for any thread. Failures of Redis are thrown as `JedisException`.
public final class UserPresences {

  private static final LuaScript OPENED = new LuaScript("user_opened.lua");
  private static final LuaScript CLOSED = new LuaScript("user_closed.lua");
  private static final LuaScript OFFLINE = new LuaScript("user_offline.lua");
  private static final LuaScript STATUS = new LuaScript("user_status.lua");
  private static final int RECENT_TOLD = 1_000;
  private static final int PAGE_BYTES = 512 << 10;

  private final UnifiedJedis redis;
  private final String ttlMillis;

  /// @param ttlMillis of a user's keys, renewed by every change and every {@link #renew}
  public UserPresences(UnifiedJedis redis, long ttlMillis) {
    this.redis = redis;
    this.ttlMillis = Long.toString(ttlMillis);
  }

  /// A connection began, or its audience is another now.
  ///
  /// @param quiet it was told before: the user does not come anew
  /// @return the change, if others see one; to be read behind the batch
  public Supplier<Optional<PresenceChange>> opened(
      Batch batch, String connection, User user, Audience audience, boolean quiet) {
    return change(
        user.getId(),
        batch.call(
            OPENED,
            keys(user.getId()),
            List.of(
                connection,
                Card.encoded(user),
                Card.encoded(audience),
                ttlMillis,
                quiet ? "1" : "0")));
  }

  /// A connection ended. Whether the user is gone with it is seen after the grace.
  public void closed(Batch batch, String connection, String user) {
    var unused = batch.call(CLOSED, keys(user), List.of(connection));
  }

  /// Takes the user as gone if it has no connection.
  ///
  /// @return the change, if others see one; to be read behind the batch
  public Supplier<Optional<PresenceChange>> offlineIfGone(Batch batch, String user) {
    return change(user, batch.call(OFFLINE, keys(user), List.of("0", "", "", ttlMillis)));
  }

  /// The user is gone, and busy with no room any more.
  public void idle(Batch batch, String user) {
    var unused = batch.add(redis -> redis.del(UserKeys.activeRoom(user)));
  }

  /// The same for a user that Redis may know nothing of any more.
  public Supplier<Optional<PresenceChange>> offlineIfGone(
      Batch batch, User user, Audience audience) {
    return change(
        user.getId(),
        batch.call(
            OFFLINE,
            keys(user.getId()),
            List.of("1", Card.encoded(user), Card.encoded(audience), ttlMillis)));
  }

  /// The user says something else of itself.
  ///
  /// @return the change, if others see one
  /// @throws NotConnectedException when it is not connected
  public Optional<PresenceChange> status(String user, Status status, String text)
      throws NotConnectedException {
    Object answer = STATUS.call(redis, keys(user), List.of(Card.word(status), text, ttlMillis));
    if (((List<?>) answer).isEmpty()) {
      throw new NotConnectedException();
    }
    if (status == Status.INVISIBLE) {
      redis.sadd(UserKeys.INVISIBLE, user);
    } else {
      redis.srem(UserKeys.INVISIBLE, user);
    }
    return change(user, answer);
  }

  /// The user has no connection.
  public static final class NotConnectedException extends Exception {
    private static final long serialVersionUID = 1L;

    NotConnectedException() {
      super("not connected", null, false, false);
    }
  }

  /// What is shown of users, in the order asked.
  public List<UserPresence> of(List<String> users) {
    return cards(users).stream().map(Card::shown).toList();
  }

  /// What changed lately, with a version above `since`: a page, the oldest first, which says from
  /// where the next one goes on.
  public Presences since(long since) {
    List<Tuple> users =
        redis.zrangeWithScores(
            UserKeys.RECENT,
            ZRangeParams.zrangeByScoreParams((double) (since + 1), Double.MAX_VALUE)
                .limit(0, RECENT_TOLD));
    List<Card> cards = cards(users.stream().map(Tuple::getElement).toList());
    Presences.Builder page = Presences.newBuilder();
    long bytes = 0;
    for (int i = 0; i < cards.size(); i++) {
      PresenceChange change = cards.get(i).change(true);
      bytes += change.getSerializedSize();
      page.addUsers(change);
      boolean more = i + 1 < cards.size() || cards.size() == RECENT_TOLD;
      if (more && (bytes >= PAGE_BYTES || i + 1 == cards.size())) {
        return page.setMoreSince(next(since, users.get(i))).build();
      }
    }
    return page.build();
  }

  /// Others may have the same version as the last one of a page: they come again, rather than
  /// never.
  private static long next(long since, Tuple last) {
    long version = (long) last.getScore();
    return version - 1 > since ? version - 1 : version;
  }

  /// How many connections a user has.
  public int connections(String user) {
    return Math.toIntExact(redis.scard(UserKeys.sockets(user)));
  }

  /// The user is shown, whatever it chose once: that choice was forgotten with its card.
  public void visible(String user) {
    redis.srem(UserKeys.INVISIBLE, user);
  }

  /// The users that are connected and shown as offline.
  public Set<String> invisible() {
    return redis.smembers(UserKeys.INVISIBLE);
  }

  /// Notes the room that the user is busy with (R11).
  public void active(Batch batch, String user, String room) {
    SetParams ttl = new SetParams().px(Long.parseLong(ttlMillis));
    var unused = batch.add(redis -> redis.set(UserKeys.activeRoom(user), room, ttl));
  }

  /// Keeps the keys of connected users from expiring.
  public void renew(Iterable<String> users) {
    long ttl = Long.parseLong(ttlMillis);
    try (AbstractPipeline pipeline = redis.pipelined()) {
      for (String user : users) {
        for (String key : keys(user)) {
          pipeline.pexpire(key, ttl);
        }
      }
    }
  }

  /// Notes who changed, for those who missed it.
  void remember(List<PresenceChange> changes, int most) {
    try (AbstractPipeline pipeline = redis.pipelined()) {
      for (PresenceChange change : changes) {
        pipeline.zadd(
            UserKeys.RECENT,
            (double) change.getPresence().getVersion(),
            change.getPresence().getUserId());
      }
      pipeline.zremrangeByRank(UserKeys.RECENT, 0, -most - 1L);
    }
  }

  private List<Card> cards(List<String> users) {
    if (users.isEmpty()) {
      return List.of();
    }
    List<Response<String>> statuses = new ArrayList<>();
    List<Response<List<String>>> fields = new ArrayList<>();
    try (AbstractPipeline pipeline = redis.pipelined()) {
      for (String user : users) {
        statuses.add(pipeline.get(UserKeys.presence(user)));
        fields.add(pipeline.hmget(UserKeys.card(user), Card.FIELDS));
      }
    }
    List<Card> cards = new ArrayList<>();
    for (int i = 0; i < users.size(); i++) {
      cards.add(Card.of(users.get(i), statuses.get(i).get(), fields.get(i).get()));
    }
    return cards;
  }

  /// A script answers {came or went (1) or says something else (0), status, the card's fields...},
  /// or one number when there is nothing to tell.
  private static Optional<PresenceChange> change(String user, Object answer) {
    List<?> parts = (List<?>) answer;
    if (parts.size() < 2) {
      return Optional.empty();
    }
    Object status = String.valueOf(parts.get(1)).isEmpty() ? null : parts.get(1);
    return Optional.of(
        Card.of(user, status, parts.subList(2, parts.size()))
            .change(String.valueOf(parts.get(0)).equals("1")));
  }

  private static Supplier<Optional<PresenceChange>> change(String user, Supplier<Object> answer) {
    return () -> change(user, answer.get());
  }

  private static List<String> keys(String user) {
    return List.of(UserKeys.sockets(user), UserKeys.presence(user), UserKeys.card(user));
  }
}
