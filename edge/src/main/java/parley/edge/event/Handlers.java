package parley.edge.event;

import java.util.List;
import java.util.Set;
import parley.edge.presence.Interests;
import parley.edge.room.LocalRooms;
import parley.edge.session.Sharing;
import parley.edge.session.Stays;
import parley.edge.session.TypingReports;
import parley.edge.upstream.CoreClient;
import parley.edge.upstream.PresenceClient;
import parley.edge.vocabulary.RoomPackets;

/// All handlers: the one place that names them.
public final class Handlers {

  private Handlers() {}

  /// Of going into rooms and out of them.
  public static List<EventHandler> rooms(Stays stays, RoomPackets packets) {
    return List.of(new JoinRoomHandler(stays, packets.payloads()), new LeaveRoomHandler(stays));
  }

  /// Of messages, and of typing them.
  ///
  /// @param attachmentSchemes of attachments' addresses
  public static List<EventHandler> messages(
      CoreClient core,
      LocalRooms rooms,
      RoomPackets packets,
      TypingReports typing,
      Set<String> attachmentSchemes) {
    Contents contents = new Contents(attachmentSchemes);
    Changes changes = new Changes(core);
    return List.of(
        new SendMessageHandler(contents, changes, packets.payloads(), typing),
        new EditMessageHandler(contents, changes),
        new DeleteMessageHandler(changes),
        new ReactionHandler(false, changes),
        new ReactionHandler(true, changes),
        new RecentMessagesHandler(core, rooms, packets.payloads()),
        new TypingHandler(true, typing),
        new TypingHandler(false, typing));
  }

  /// Of who is there.
  public static List<EventHandler> presence(
      CoreClient core,
      PresenceClient presence,
      Interests interests,
      Sharing sharing,
      RoomPackets packets) {
    return List.of(
        new UpdatePresenceHandler(presence),
        new RoomPresenceHandler(core, presence, packets.payloads()),
        new WatchPresenceHandler(interests, sharing, presence, packets.payloads()),
        new PingHandler());
  }

  /// Of what was read and delivered.
  public static List<EventHandler> receipts(CoreClient core) {
    return List.of(
        new MarkReadHandler(MarkReadHandler.Kind.ONE, core),
        new MarkReadHandler(MarkReadHandler.Kind.SEVERAL, core),
        new MarkReadHandler(MarkReadHandler.Kind.DELIVERED, core),
        new MarkReadHandler(MarkReadHandler.Kind.UNREAD, core),
        new UnreadHandler(core),
        new ReadersHandler(core));
  }
}
