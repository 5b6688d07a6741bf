package parley.edge.room;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import parley.contract.RoomId;
import parley.contract.UserId;
import parley.edge.engineio.Packet;
import parley.edge.vocabulary.RoomPackets;
import parley.proto.bus.BusEvent;
import parley.proto.bus.UserStoppedTyping;
import parley.proto.bus.UserTyping;
import parley.proto.chat.User;

/// What is said in a room and stands in no log: who came and went, how many there are, what was
/// read, who types. It is delivered to whoever is in, or lost. For the room's thread alone.
final class Passing {

  private final RoomId id;
  private final RoomPackets packets;
  private final RoomThreads threads;
  private final Consumer<Signal> inbox;
  private final Broadcast broadcast;
  private final TypingEcho typing = new TypingEcho();

  /// @param inbox of the room: hears when somebody's typing is due to end
  Passing(
      RoomId id,
      RoomPackets packets,
      RoomThreads threads,
      Consumer<Signal> inbox,
      Broadcast broadcast) {
    this.id = id;
    this.packets = packets;
    this.threads = threads;
    this.inbox = inbox;
    this.broadcast = broadcast;
  }

  /// The bus has said it.
  void told(BusEvent event) {
    switch (event.getKindCase()) {
      case USER_JOINED ->
          deliver(packets.userJoined(event.getUserJoined()), user(event.getUserJoined().getUser()));
      case USER_LEFT -> deliver(packets.userLeft(event.getUserLeft()), null);
      case TYPING -> typing(event.getTyping());
      case STOPPED_TYPING -> stoppedTyping(event.getStoppedTyping());
      case ROOM_COUNT -> deliver(packets.presence().count(event.getRoomCount()), null);
      case READ ->
          deliver(
              packets.presence().read(event.getRead()),
              new Except.Socket(event.getRead().getSocketId()));
      case ROOM_EVENT -> {} // stands in the log
      case PRESENCE, USER_FEED, READ_STATE, CONNECTION_TAKEN -> {} // not on a room's channel
      case KIND_NOT_SET -> {}
    }
  }

  private static Except user(User user) {
    return new Except.User(new UserId(user.getId()));
  }

  private void typing(UserTyping told) {
    String user = told.getUser().getId();
    if (typing.started(user, told.getLastsMs(), System.nanoTime())) {
      deliver(packets.presence().typing(told), user(told.getUser()));
    }
    threads.after(
        TypingEcho.patienceMillis(told.getLastsMs()),
        () -> inbox.accept(new Signal.TypingDue(user)));
  }

  private void stoppedTyping(UserStoppedTyping stopped) {
    if (typing.stopped(stopped.getUserId())) {
      deliver(
          packets.presence().stoppedTyping(stopped),
          new Except.User(new UserId(stopped.getUserId())));
    }
  }

  /// A user may have typed for long enough.
  void typingDue(String user) {
    if (typing.expired(user, System.nanoTime())) {
      UserStoppedTyping stopped =
          UserStoppedTyping.newBuilder().setRoomId(id.value()).setUserId(user).build();
      deliver(packets.presence().stoppedTyping(stopped), new Except.User(new UserId(user)));
    }
  }

  private void deliver(Packet packet, @Nullable Except except) {
    broadcast.begin(Delivery.ephemeral(packet, except));
  }
}
