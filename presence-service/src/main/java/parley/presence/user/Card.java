package parley.presence.user;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import parley.contract.UserId;
import parley.process.redis.Replies;
import parley.proto.chat.User;
import parley.proto.presence.Audience;
import parley.proto.presence.PresenceChange;
import parley.proto.presence.Status;
import parley.proto.presence.UserPresence;

/// What Redis holds of a user, as a script or a read answers it.
///
/// @param status as it was set; null when the user is not connected
/// @param leftMs when the last connection ended; 0 = unknown
record Card(
    UserId userId,
    @Nullable Status status,
    String text,
    long version,
    long leftMs,
    User user,
    Audience audience) {

  /// The fields of a card, in the order in which they are asked for.
  static final String[] FIELDS = {"text", "version", "left", "user", "audience"};

  /// @param status the value of `presence:{userId}`; empty or null when it is not there
  /// @param fields the values of {@link #FIELDS}
  static Card of(UserId userId, @Nullable Object status, List<?> fields) {
    String word = Replies.text(status);
    return new Card(
        userId,
        word.isEmpty() ? null : status(word),
        Replies.text(fields.get(0)),
        Replies.number(fields.get(1)),
        Replies.number(fields.get(2)),
        user(userId, Replies.bytes(fields.get(3))),
        audience(Replies.bytes(fields.get(4))));
  }

  /// What others are shown.
  UserPresence shown() {
    boolean visible = status != null && status != Status.INVISIBLE;
    UserPresence.Builder shown =
        UserPresence.newBuilder()
            .setUserId(userId.value())
            .setVersion(version)
            .setText(visible ? text : "");
    return visible
        ? shown.setStatus(status).build()
        : shown.setStatus(Status.OFFLINE).setLastSeenMs(leftMs).build();
  }

  PresenceChange change(boolean cameOrWent) {
    return PresenceChange.newBuilder()
        .setPresence(shown())
        .setUser(user)
        .setAudience(audience)
        .setCameOrWent(cameOrWent)
        .build();
  }

  static String word(Status status) {
    return status.name().toLowerCase(Locale.ROOT);
  }

  private static Status status(String word) {
    try {
      return Status.valueOf(word.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      return Status.ONLINE;
    }
  }

  private static User user(UserId id, byte[] encoded) {
    try {
      User user = User.parseFrom(encoded);
      String name = user.getUsername().isEmpty() ? id.value() : user.getUsername();
      return user.toBuilder().setId(id.value()).setUsername(name).build();
    } catch (InvalidProtocolBufferException e) {
      return User.newBuilder().setId(id.value()).setUsername(id.value()).build();
    }
  }

  private static Audience audience(byte[] encoded) {
    try {
      return Audience.parseFrom(encoded);
    } catch (InvalidProtocolBufferException e) {
      return Audience.getDefaultInstance();
    }
  }
}
