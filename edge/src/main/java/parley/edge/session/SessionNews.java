package parley.edge.session;

import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import parley.contract.RoomId;
import parley.edge.engineio.Packet;
import parley.edge.room.LocalRooms;
import parley.edge.user.UserNews;
import parley.edge.vocabulary.RoomPackets;
import parley.proto.bus.MessagesRead;
import parley.proto.bus.ReadState;
import parley.proto.bus.UserFeedEntry;
import parley.proto.chat.RoomEvent;
import parley.proto.relay.Heads;
import parley.proto.relay.RoomHead;

/// What the news of a user mean to its sessions: where it is told of, and what its clients hear.
public final class SessionNews implements UserNews<ChatSession> {

  private static final System.Logger LOG = System.getLogger(SessionNews.class.getName());

  private final RoomPackets packets;
  private final LocalRooms rooms;
  private final Recoveries recoveries;

  public SessionNews(RoomPackets packets, LocalRooms rooms, Recoveries recoveries) {
    this.packets = packets;
    this.rooms = rooms;
    this.recoveries = recoveries;
  }

  @Override
  public void membership(Collection<ChatSession> sessions, UserFeedEntry entry) {
    RoomEvent event = entry.getMembership();
    RoomId room = new RoomId(event.getRoomId());
    if (event.hasMemberAdded()) {
      Packet packet = packets.of(event);
      each(sessions, session -> added(session, room, entry.getLarge(), packet));
    } else {
      each(sessions, session -> session.share().change(where -> where.noMember(room)));
      endStays(room, event.getSeq());
    }
  }

  private static void added(
      ChatSession session, RoomId room, boolean large, @Nullable Packet packet) {
    session.share().change(where -> where.member(room, large));
    // Connections that are in the room hear it there.
    if (packet != null && !session.rooms().contains(room)) {
      var unused = session.send(packet);
    }
  }

  /// The room's own log ends a stay, at the position of the removal: the room may not know yet that
  /// it goes as far.
  private void endStays(RoomId room, long seq) {
    rooms.headsTold(
        Heads.newBuilder()
            .addRooms(RoomHead.newBuilder().setRoomId(room.value()).setSeq(seq))
            .build());
  }

  @Override
  public void friends(Collection<ChatSession> sessions, List<String> friends) {
    each(sessions, session -> session.share().change(where -> where.friends(friends)));
  }

  /// Rooms that were not known are told as if the user had just become a member.
  @Override
  public void anew(
      Collection<ChatSession> sessions, List<UserFeedEntry> memberships, List<String> friends) {
    each(
        sessions,
        session -> {
          Belonging before = session.share().belonging();
          session.share().change(where -> where.anew(memberships, friends));
          for (UserFeedEntry entry : memberships) {
            RoomId room = new RoomId(entry.getMembership().getRoomId());
            if (!before.isMember(room)) {
              added(session, room, entry.getLarge(), packets.of(entry.getMembership()));
            }
          }
        });
  }

  @Override
  public void read(Collection<ChatSession> sessions, MessagesRead read) {
    tell(sessions, packets.presence().read(read), "");
  }

  @Override
  public void readState(Collection<ChatSession> sessions, ReadState state) {
    tell(sessions, packets.presence().readState(state), state.getSocketId());
  }

  @Override
  public void taken(String pid, String edge) {
    recoveries.taken(pid, edge);
  }

  @Override
  public void afterSilence(Collection<ChatSession> sessions) {
    each(sessions, session -> session.recovery().saveAgain());
  }

  /// @param except the socket that is left out, by its public id
  private static void tell(Collection<ChatSession> sessions, Packet packet, String except) {
    each(
        sessions,
        session -> {
          if (!session.id().equals(except)) {
            var unused = session.send(packet);
          }
        });
  }

  /// One session's trouble is no other's.
  private static void each(Collection<ChatSession> sessions, Consumer<ChatSession> telling) {
    for (ChatSession session : sessions) {
      try {
        telling.accept(session);
      } catch (RuntimeException e) {
        LOG.log(System.Logger.Level.ERROR, "not told, " + UUID.randomUUID(), e);
      }
    }
  }
}
