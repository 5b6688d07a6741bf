package parley.edge.user;

import java.util.Collection;
import java.util.List;
import parley.proto.bus.MessagesRead;
import parley.proto.bus.ReadState;
import parley.proto.bus.UserFeedEntry;

/// What a user's connections are told. Called by any thread, for one user by one at a time; must
/// not block. A connection that ended a moment ago may still be told something.
///
/// @param <C> a connection
public interface UserNews<C> {

  /// The user became a member of a room, has another role there, or is a member no more.
  ///
  /// @param entry has a membership
  void membership(Collection<C> connections, UserFeedEntry entry);

  /// The user's friends are these.
  void friends(Collection<C> connections, List<String> friends);

  /// What changed is not known any more, only what is.
  ///
  /// @param memberships the newest; 200 at most
  void anew(Collection<C> connections, List<UserFeedEntry> memberships, List<String> friends);

  /// Messages of the user's were read. Told at most once.
  void read(Collection<C> connections, MessagesRead read);

  /// The user has read a room, or marked something unread, through one of its connections. Told at
  /// most once.
  void readState(Collection<C> connections, ReadState state);

  /// A client goes on elsewhere with one of the user's connections. Told at most once; {@link
  /// #afterSilence} makes up for it.
  ///
  /// @param edge that is asked for it
  void taken(String pid, String edge);

  /// The bus was away: these connections may have been taken meanwhile.
  void afterSilence(Collection<C> connections);
}
