package parley.presence.typing;

import java.util.List;
import parley.fanout.BusPublisher;
import parley.fanout.Topic;
import parley.presence.due.DueWork;
import parley.presence.script.Script;
import parley.proto.bus.BusEvent;
import parley.proto.bus.UserStoppedTyping;
import parley.proto.bus.UserTyping;
import parley.proto.chat.User;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.UnifiedJedis;

/// Who is typing where: `typing:{roomId}`, a sorted set of users by when that ends. A user is one
/// typist on however many devices. All calls block on Redis; safe for any thread.
public final class Typing {

  /// What due work of this kind begins with; room and user follow.
  public static final String DUE = "typing";

  private static final Script STARTED = new Script("typing_started.lua");
  private static final Script STOPPED = new Script("typing_stopped.lua");

  private final UnifiedJedis redis;
  private final BusPublisher bus;
  private final DueWork due;
  private final long expiryMillis;

  /// @param expiryMillis after which typing ends unless it is said again
  public Typing(UnifiedJedis redis, BusPublisher bus, DueWork due, long expiryMillis) {
    this.redis = redis;
    this.bus = bus;
    this.due = due;
    this.expiryMillis = expiryMillis;
  }

  /// The user types, or types on. It is told before it is written down: nobody has to wait for
  /// that, and edges end it by themselves should that fail.
  public void started(String room, User user) {
    publish(
        room,
        BusEvent.newBuilder()
            .setTyping(
                UserTyping.newBuilder()
                    .setRoomId(room)
                    .setUser(user)
                    .setExpiresAtMs(System.currentTimeMillis() + expiryMillis))
            .build());
    try (AbstractPipeline pipeline = redis.pipelined()) {
      var unused =
          STARTED.in(
              pipeline, List.of(key(room)), List.of(user.getId(), Long.toString(expiryMillis)));
      due.schedule(pipeline, expiryMillis, DUE, room, user.getId());
    }
  }

  /// The user types no more.
  public void stopped(String room, String user) {
    Response<Object> was;
    try (AbstractPipeline pipeline = redis.pipelined()) {
      was = STOPPED.in(pipeline, List.of(key(room)), List.of(user, "0"));
      due.cancel(pipeline, DUE, room, user);
    }
    tellStopped(room, user, was.get());
  }

  /// Ends what was not said again in time.
  ///
  /// @param words room and user
  public void expire(List<String> words) {
    String room = words.get(0);
    String user = words.get(1);
    tellStopped(room, user, STOPPED.call(redis, List.of(key(room)), List.of(user, "1")));
  }

  private void tellStopped(String room, String user, Object was) {
    if (((Long) was) == 1) {
      publish(
          room,
          BusEvent.newBuilder()
              .setStoppedTyping(UserStoppedTyping.newBuilder().setRoomId(room).setUserId(user))
              .build());
    }
  }

  private void publish(String room, BusEvent event) {
    bus.publish(new Topic.Room(room), event.toByteArray());
  }

  private static String key(String room) {
    return "typing:{" + room + "}";
  }
}
