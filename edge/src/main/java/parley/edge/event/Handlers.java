package parley.edge.event;

import java.util.List;
import java.util.Set;
import parley.edge.room.LocalRooms;
import parley.edge.upstream.CoreClient;
import parley.edge.upstream.PresenceClient;
import parley.edge.vocabulary.Payloads;
import parley.edge.vocabulary.RoomPackets;

/// All handlers: the one place that names them.
public final class Handlers {

  private Handlers() {}

  /// One of each.
  ///
  /// @param attachmentSchemes of attachments' addresses
  public static List<EventHandler> all(
      CoreClient core,
      PresenceClient presence,
      LocalRooms rooms,
      Payloads payloads,
      RoomPackets packets,
      Set<String> attachmentSchemes) {
    Contents contents = new Contents(attachmentSchemes);
    Changes changes = new Changes(core);
    return List.of(
        new JoinRoomHandler(core, presence, rooms, payloads, packets),
        new LeaveRoomHandler(rooms, presence),
        new SendMessageHandler(contents, changes, payloads),
        new EditMessageHandler(contents, changes),
        new DeleteMessageHandler(changes),
        new RecentMessagesHandler(core, rooms, payloads),
        new PingHandler());
  }
}
