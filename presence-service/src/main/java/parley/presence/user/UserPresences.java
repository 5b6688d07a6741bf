package parley.presence.user;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import parley.contract.ConnectionId;
import parley.contract.RoomId;
import parley.contract.UserId;
import parley.process.redis.Batch;
import parley.process.redis.LuaScript;
import parley.process.redis.Replies;
import parley.proto.chat.User;
import parley.proto.presence.Audience;
import parley.proto.presence.PresenceChange;
import parley.proto.presence.Status;
import parley.proto.presence.UserPresence;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.params.SetParams;

/// Users' connections, statuses and versions in Redis: each change by one script, which also says
/// what there is to tell, and makes it due that somebody tells it ({@link ChangePublisher}). What
/// comes with a batch is done with it, all other calls block on Redis; all may be repeated; safe
/// for any thread. Failures of Redis are thrown as `JedisException`.
public final class UserPresences {

  /// What due work of this kind begins with: user and version of a change follow, of which nobody
  /// may have told yet.
  public static final String TELL = "tell";

  private static final LuaScript OPENED = new LuaScript("user_opened.lua");
  private static final LuaScript CLOSED = new LuaScript("user_closed.lua");
  private static final LuaScript OFFLINE = new LuaScript("user_offline.lua");
  private static final LuaScript STATUS = new LuaScript("user_status.lua");
  private static final byte[][] FIELDS = bytes(Card.FIELDS);

  private final UnifiedJedis redis;
  private final long ttlMillis;
  private final String ttl; // the same, for scripts

  /// @param ttlMillis of a user's keys, renewed by every change and every {@link #renew}
  public UserPresences(UnifiedJedis redis, long ttlMillis) {
    this.redis = redis;
    this.ttlMillis = ttlMillis;
    this.ttl = Long.toString(ttlMillis);
  }

  /// A connection began, or its audience is another now.
  ///
  /// @param quiet it was told before: the user does not come anew
  /// @return the change, if others see one; to be read behind the batch
  public Supplier<Optional<PresenceChange>> opened(
      Batch batch, ConnectionId connection, User user, Audience audience, boolean quiet) {
    UserId id = new UserId(user.getId());
    return change(
        id,
        batch.call(
            OPENED,
            UserKeys.of(id),
            List.of(
                connection.value(),
                user.toByteArray(),
                audience.toByteArray(),
                ttl,
                quiet ? "1" : "0",
                id.value(),
                due(id))));
  }

  /// A connection ended. Whether the user is gone with it is seen after the grace.
  public void closed(Batch batch, ConnectionId connection, UserId user) {
    var unused = batch.call(CLOSED, UserKeys.of(user), List.of(connection.value(), ttl));
  }

  /// Takes the user as gone if it has no connection.
  ///
  /// @return the change, if others see one; to be read behind the batch
  public Supplier<Optional<PresenceChange>> offlineIfGone(Batch batch, UserId user) {
    return change(
        user,
        batch.call(OFFLINE, UserKeys.of(user), List.of("0", "", "", ttl, user.value(), due(user))));
  }

  /// The same for a user that Redis may know nothing of any more.
  public Supplier<Optional<PresenceChange>> offlineIfGone(
      Batch batch, User user, Audience audience) {
    UserId id = new UserId(user.getId());
    return change(
        id,
        batch.call(
            OFFLINE,
            UserKeys.of(id),
            List.of("1", user.toByteArray(), audience.toByteArray(), ttl, id.value(), due(id))));
  }

  /// The user is gone, and busy with no room any more.
  public void idle(Batch batch, UserId user) {
    var unused = batch.add(redis -> redis.del(UserKeys.activeRoom(user)));
  }

  /// The user says something else of itself.
  ///
  /// @return the change, if others see one
  /// @throws NotConnectedException when it is not connected
  public Optional<PresenceChange> status(UserId user, Status status, String text)
      throws NotConnectedException {
    List<?> answer =
        Replies.list(
            STATUS.call(
                redis,
                UserKeys.of(user),
                List.of(Card.word(status), text, ttl, user.value(), due(user))));
    if (answer.isEmpty()) {
      throw new NotConnectedException();
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
  public List<UserPresence> of(List<UserId> users) {
    return cards(users).stream().map(Card::shown).toList();
  }

  /// The same with whom each is told to.
  public List<PresenceChange> changesOf(List<UserId> users) {
    return cards(users).stream().map(card -> card.change(true)).toList();
  }

  /// The same of one user; to be read behind the batch.
  Supplier<PresenceChange> changeOf(Batch batch, UserId user) {
    Supplier<String> status = batch.add(redis -> redis.get(UserKeys.presence(user)));
    Supplier<List<byte[]>> fields =
        batch.add(redis -> redis.hmget(UserKeys.card(user).getBytes(UTF_8), FIELDS));
    return () -> Card.of(user, status.get(), fields.get()).change(true);
  }

  /// How many connections a user has.
  public int connections(UserId user) {
    return Math.toIntExact(redis.scard(UserKeys.sockets(user)));
  }

  /// The users that are connected and shown as offline.
  Set<String> invisible() {
    return redis.smembers(UserKeys.INVISIBLE);
  }

  /// Adds to these users.
  void addInvisible(Set<String> users) {
    redis.sadd(UserKeys.INVISIBLE, users.toArray(String[]::new));
  }

  /// Notes the room that the user is busy with (R11).
  public void active(Batch batch, UserId user, RoomId room) {
    SetParams expiry = new SetParams().px(ttlMillis);
    var unused = batch.add(redis -> redis.set(UserKeys.activeRoom(user), room.value(), expiry));
  }

  /// Keeps the keys of connected users from expiring.
  ///
  /// @return the users of whom a key is missing: it may be on its way, or Redis has lost it
  public Set<UserId> renew(List<UserId> users) {
    List<List<Response<Long>>> answers = new ArrayList<>();
    try (AbstractPipeline pipeline = redis.pipelined()) {
      for (UserId user : users) {
        answers.add(
            List.of(
                pipeline.pexpire(UserKeys.sockets(user), ttlMillis),
                pipeline.pexpire(UserKeys.presence(user), ttlMillis),
                pipeline.pexpire(UserKeys.card(user), ttlMillis)));
      }
    }
    return java.util.stream.IntStream.range(0, users.size())
        .filter(i -> answers.get(i).stream().anyMatch(answer -> answer.get() == 0))
        .mapToObj(users::get)
        .collect(Collectors.toSet());
  }

  private List<Card> cards(List<UserId> users) {
    if (users.isEmpty()) {
      return List.of();
    }
    List<Response<String>> statuses = new ArrayList<>();
    List<Response<List<byte[]>>> fields = new ArrayList<>();
    try (AbstractPipeline pipeline = redis.pipelined()) {
      for (UserId user : users) {
        statuses.add(pipeline.get(UserKeys.presence(user)));
        fields.add(pipeline.hmget(UserKeys.card(user).getBytes(UTF_8), FIELDS));
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
  private static Optional<PresenceChange> change(UserId user, List<?> answer) {
    return answer.size() < 2
        ? Optional.empty()
        : Optional.of(
            Card.of(user, answer.get(1), answer.subList(2, answer.size()))
                .change(Replies.number(answer.get(0)) == 1));
  }

  private static String due(UserId user) {
    return TELL + " " + user;
  }

  private static Supplier<Optional<PresenceChange>> change(UserId user, Supplier<Object> answer) {
    return () -> change(user, Replies.list(answer.get()));
  }

  private static byte[][] bytes(String[] words) {
    byte[][] all = new byte[words.length][];
    for (int i = 0; i < words.length; i++) {
      all[i] = words[i].getBytes(UTF_8);
    }
    return all;
  }
}
