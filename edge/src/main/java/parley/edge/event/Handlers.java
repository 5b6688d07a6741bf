package parley.edge.event;

import java.util.List;
import java.util.Set;
import parley.edge.presence.Interests;
import parley.edge.room.LocalRooms;
import parley.edge.session.Sharing;
import parley.edge.session.TypingReports;
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
      Interests interests,
      Sharing sharing,
      TypingReports typing,
      Set<String> attachmentSchemes) {
    Contents contents = new Contents(attachmentSchemes);
    Changes changes = new Changes(core);
    return List.of(
        new JoinRoomHandler(core, presence, rooms, payloads, packets, sharing),
        new LeaveRoomHandler(rooms, presence, sharing, typing),
        new SendMessageHandler(contents, changes, payloads, typing),
        new EditMessageHandler(contents, changes),
        new DeleteMessageHandler(changes),
        new ReactionHandler(false, changes),
        new ReactionHandler(true, changes),
        new RecentMessagesHandler(core, rooms, payloads),
        new TypingHandler(true, typing),
        new TypingHandler(false, typing),
        new UpdatePresenceHandler(presence),
        new RoomPresenceHandler(core, presence, packets.presence()),
        new WatchPresenceHandler(interests, presence, packets.presence()),
        new MarkReadHandler(MarkReadHandler.Kind.ONE, core),
        new MarkReadHandler(MarkReadHandler.Kind.SEVERAL, core),
        new MarkReadHandler(MarkReadHandler.Kind.DELIVERED, core),
        new UnreadHandler(core),
        new ReadersHandler(core),
        new PingHandler());
  }
}
