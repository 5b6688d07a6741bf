package parley.presence.typing;

import java.util.List;
import java.util.function.Supplier;
import parley.contract.RoomId;
import parley.contract.UserId;
import parley.fanout.BusPublisher;
import parley.fanout.Topic;
import parley.presence.due.DueWork;
import parley.presence.user.Invisible;
import parley.process.redis.Batch;
import parley.process.redis.LuaScript;
import parley.process.redis.Replies;
import parley.proto.bus.BusEvent;
import parley.proto.bus.UserStoppedTyping;
import parley.proto.bus.UserTyping;
import parley.proto.chat.User;

/// Who is typing where: `typing:{roomId}`, a set of users, with a sorted set beside it that knows
/// when that ends. A user is one typist on however many devices. The invisible are not told: typing
/// would betray them. What is said goes into a batch; safe for any thread.
public final class Typing {

  /// What due work of this kind begins with; room and user follow.
  public static final String DUE = "typing";

  private static final LuaScript STARTED = new LuaScript("typing_started.lua");
  private static final LuaScript STOPPED = new LuaScript("typing_stopped.lua");

  private final BusPublisher bus;
  private final DueWork due;
  private final Invisible invisible;
  private final long expiryMillis;

  /// @param expiryMillis after which typing ends unless it is said again
  public Typing(BusPublisher bus, DueWork due, Invisible invisible, long expiryMillis) {
    this.bus = bus;
    this.due = due;
    this.invisible = invisible;
    this.expiryMillis = expiryMillis;
  }

  /// The user types, or types on. It is told before it is written down: nobody has to wait for
  /// that, and edges end it by themselves should that fail.
  public void started(Batch batch, RoomId room, User user) {
    if (invisible.has(new UserId(user.getId()))) {
      return;
    }
    publish(
        room,
        BusEvent.newBuilder()
            .setTyping(
                UserTyping.newBuilder()
                    .setRoomId(room.value())
                    .setUser(user)
                    .setExpiresAtMs(System.currentTimeMillis() + expiryMillis)
                    .setLastsMs(expiryMillis))
            .build());
    var unused =
        batch.call(
            STARTED, TypingKeys.of(room), List.of(user.getId(), Long.toString(expiryMillis)));
    due.schedule(batch, expiryMillis, DUE, room.value(), user.getId());
  }

  /// The user types no more.
  public void stopped(Batch batch, RoomId room, UserId user) {
    Supplier<Object> was = batch.call(STOPPED, TypingKeys.of(room), List.of(user.value(), "0"));
    due.cancel(batch, DUE, room.value(), user.value());
    batch.then(next -> tellStopped(room, user, was.get()));
  }

  /// Ends what was not said again in time.
  ///
  /// @param ended room and user
  public void expire(DueWork.Claimed ended, Batch batch) {
    RoomId room = new RoomId(ended.words().get(0));
    UserId user = new UserId(ended.words().get(1));
    Supplier<Object> was = batch.call(STOPPED, TypingKeys.of(room), List.of(user.value(), "1"));
    batch.then(next -> tellStopped(room, user, was.get()));
  }

  private void tellStopped(RoomId room, UserId user, Object was) {
    if (Replies.number(was) == 1) {
      publish(
          room,
          BusEvent.newBuilder()
              .setStoppedTyping(
                  UserStoppedTyping.newBuilder().setRoomId(room.value()).setUserId(user.value()))
              .build());
    }
  }

  private void publish(RoomId room, BusEvent event) {
    bus.publish(new Topic.Room(room.value()), event.toByteArray());
  }
}
