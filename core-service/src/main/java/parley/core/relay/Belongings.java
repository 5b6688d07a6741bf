package parley.core.relay;

import com.mongodb.MongoException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import parley.contract.UserId;
import parley.core.friend.Friends;
import parley.core.receipt.Receipts;
import parley.core.room.Rooms;
import parley.core.room.StoredRoom;
import parley.core.user.UserFeeds;
import parley.core.user.Users;
import parley.proto.chat.User;
import parley.proto.relay.Authenticate;
import parley.proto.relay.Authenticated;

/// Who users are and where they belong, read for many of them at once: the store is asked as often
/// for a hundred as for one. Every call blocks on the store; safe for any thread.
public final class Belongings {

  private static final int ROOMS_TOLD = 200;
  private static final int FRIENDS_TOLD = 500;

  /// Who is asked for.
  ///
  /// @param claims of a valid token, by which the user is created on first sight; null = it must
  ///     exist
  record Asked(UserId user, @Nullable Authenticate claims) {}

  private final Users users;
  private final Rooms rooms;
  private final Receipts receipts;
  private final Friends friends;
  private final UserFeeds feeds;
  private final boolean openUsers;

  /// @param openUsers create the user of a valid token on first sight
  public Belongings(
      Users users,
      Rooms rooms,
      Receipts receipts,
      Friends friends,
      UserFeeds feeds,
      boolean openUsers) {
    this.users = users;
    this.rooms = rooms;
    this.receipts = receipts;
    this.friends = friends;
    this.feeds = feeds;
    this.openUsers = openUsers;
  }

  /// Rooms, friends, and what is unread, of each user.
  ///
  /// @return by user; those who are refused are left out
  /// @throws MongoException when the store cannot be reached
  Map<UserId, Authenticated> of(List<Asked> asked) {
    Map<UserId, User> known = known(asked);
    // First: what changes while the rest is read has a number above these.
    Map<UserId, Long> numbers = feeds.numbers(known.keySet());
    Map<UserId, List<StoredRoom>> joined = rooms.roomsOf(known.keySet(), ROOMS_TOLD);
    Map<UserId, List<String>> befriended = friends.of(known.keySet(), FRIENDS_TOLD);
    Map<UserId, Authenticated.Builder> answers = new LinkedHashMap<>();
    known.forEach(
        (id, user) -> {
          Authenticated.Builder answer =
              Authenticated.newBuilder().setUser(user).setFeedNumber(numbers.getOrDefault(id, 0L));
          joined.getOrDefault(id, List.of()).forEach(room -> add(answer, room));
          answers.put(id, answer.addAllFriendIds(befriended.getOrDefault(id, List.of())));
        });
    receipts
        .unread(joined)
        .forEach(
            (id, unread) ->
                unread.stream()
                    .filter(room -> room.getCount() > 0)
                    .forEach(Objects.requireNonNull(answers.get(id))::addUnread));
    Map<UserId, Authenticated> built = new HashMap<>();
    answers.forEach((id, answer) -> built.put(id, answer.build()));
    return built;
  }

  private void add(Authenticated.Builder answer, StoredRoom room) {
    answer.addRooms(room.toProto());
    if (rooms.memberships().areMany(room.id())) {
      answer.addLargeRoomIds(room.id().value());
    }
  }

  /// Those that exist and are active, newcomers included.
  private Map<UserId, User> known(List<Asked> asked) {
    Map<UserId, User> found = users.find(asked.stream().map(Asked::user).distinct().toList());
    Map<UserId, User> newcomers = new LinkedHashMap<>();
    for (Asked one : asked) {
      Authenticate claims = one.claims;
      if (openUsers && claims != null && !found.containsKey(one.user)) {
        newcomers.putIfAbsent(one.user, firstSeen(one.user, claims));
      }
    }
    Map<UserId, User> known = new LinkedHashMap<>(found);
    known.putAll(users.create(List.copyOf(newcomers.values())));
    known.values().removeIf(user -> !user.getActive());
    return known;
  }

  private static User firstSeen(UserId id, Authenticate claims) {
    return User.newBuilder()
        .setId(id.value())
        .setUsername(claims.getUsername().isEmpty() ? id.value() : claims.getUsername())
        .setEmail(claims.getEmail())
        .setPhoneNumber(claims.getPhoneNumber())
        .setActive(true)
        .build();
  }
}
