package parley.presence.relay;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import parley.contract.UserId;
import parley.presence.user.UserPresences;
import parley.proto.presence.Audience;
import parley.proto.presence.PresenceChange;
import parley.proto.presence.Presences;
import parley.proto.presence.Status;
import parley.proto.presence.UserPresence;

/// Who asks what is shown of others: of strangers nothing is. They are known who share a room with
/// the viewer, or are friends: the same to whom changes are told.
final class Viewer {

  private final String id;
  private final Set<String> rooms;
  private final Set<String> friends;

  Viewer(parley.proto.presence.Viewer viewer) {
    this.id = viewer.getUserId();
    this.rooms = new HashSet<>(viewer.getAudience().getRoomIdsList());
    this.friends = new HashSet<>(viewer.getAudience().getFriendIdsList());
  }

  /// What the viewer is shown of users, in the order asked: of strangers that they are offline, not
  /// since when.
  Presences.Builder of(UserPresences users, List<UserId> ids) {
    Presences.Builder answer = Presences.newBuilder();
    for (PresenceChange one : users.changesOf(ids)) {
      UserPresence presence =
          knows(one.getPresence().getUserId(), one.getAudience())
              ? one.getPresence()
              : UserPresence.newBuilder()
                  .setUserId(one.getPresence().getUserId())
                  .setStatus(Status.OFFLINE)
                  .build();
      answer.addUsers(PresenceChange.newBuilder().setPresence(presence));
    }
    return answer;
  }

  private boolean knows(String user, Audience audience) {
    return user.equals(id)
        || friends.contains(user)
        || audience.getFriendIdsList().contains(id)
        || audience.getRoomIdsList().stream().anyMatch(rooms::contains);
  }
}
