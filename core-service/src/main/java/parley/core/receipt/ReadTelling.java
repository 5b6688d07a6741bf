package parley.core.receipt;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import parley.contract.UserId;
import parley.core.log.LogEntry;
import parley.fanout.BusPublisher;
import parley.fanout.Topic;
import parley.proto.bus.BusEvent;
import parley.proto.bus.MessagesRead;
import parley.proto.bus.ReadState;
import parley.proto.relay.Marked;

/// Tells of what was read: one message to its sender, several to the room or to their senders.
/// Never blocks.
public final class ReadTelling {

  private final BusPublisher bus;
  private final boolean toRoom;

  /// @param toRoom several messages are told to the room; false: to their senders alone
  public ReadTelling(BusPublisher bus, boolean toRoom) {
    this.bus = bus;
    this.toRoom = toRoom;
  }

  void tell(Receipts.Mark mark, List<LogEntry> messages, long atMs) {
    if (messages.isEmpty()) {
      return;
    }
    if (mark.several() && toRoom) {
      publish(new Topic.Room(mark.room().value()), event(mark, messages, atMs));
      return;
    }
    Map<UserId, List<LogEntry>> bySender =
        messages.stream()
            .collect(
                Collectors.groupingBy(LogEntry::sender, LinkedHashMap::new, Collectors.toList()));
    bySender.forEach(
        (sender, theirs) -> {
          if (!sender.equals(mark.user())) {
            publish(new Topic.User(sender.value()), event(mark, theirs, atMs));
          }
        });
  }

  /// Tells a user's other connections where it stands.
  void tellOwn(Receipts.Mark mark, Marked stands) {
    ReadState state =
        ReadState.newBuilder()
            .setRoomId(mark.room().value())
            .setSeq(stands.getSeq())
            .setUnread(stands.getUnread())
            .setAtMs(stands.getAtMs())
            .setSocketId(mark.socket())
            .build();
    bus.publish(
        new Topic.User(mark.user().value()),
        BusEvent.newBuilder().setReadState(state).build().toByteArray());
  }

  private static MessagesRead event(Receipts.Mark mark, List<LogEntry> messages, long atMs) {
    return MessagesRead.newBuilder()
        .setRoomId(mark.room().value())
        .addAllMessageIds(messages.stream().map(entry -> entry.id().toString()).toList())
        .setUserId(mark.user().value())
        .setReadAtMs(atMs)
        .setSocketId(mark.socket())
        .setSeveral(mark.several())
        .build();
  }

  private void publish(Topic topic, MessagesRead read) {
    bus.publish(topic, BusEvent.newBuilder().setRead(read).build().toByteArray());
  }
}
