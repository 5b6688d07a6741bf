package parley.presence.user;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
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
    String userId,
    @Nullable Status status,
    String text,
    long version,
    long leftMs,
    User user,
    Audience audience) {

  /// The fields of a card, in the order in which they are asked for.
  static final String[] FIELDS = {"text", "version", "left", "user", "audience"};

  /// @param status the value of `presence:{userId}`; null when it is not there
  /// @param fields the values of {@link #FIELDS}
  static Card of(String userId, @Nullable Object status, List<?> fields) {
    return new Card(
        userId,
        status == null ? null : status(String.valueOf(status)),
        text(fields.get(0)),
        number(fields.get(1)),
        number(fields.get(2)),
        user(userId, text(fields.get(3))),
        audience(text(fields.get(4))));
  }

  /// What others are shown.
  UserPresence shown() {
    boolean visible = status != null && status != Status.INVISIBLE;
    UserPresence.Builder shown =
        UserPresence.newBuilder()
            .setUserId(userId)
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

  static String encoded(com.google.protobuf.MessageLite message) {
    return Base64.getEncoder().encodeToString(message.toByteArray());
  }

  private static User user(String id, String encoded) {
    try {
      User user = User.parseFrom(Base64.getDecoder().decode(encoded));
      return user.toBuilder().setId(id).build();
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      return User.newBuilder().setId(id).setUsername(id).build();
    }
  }

  private static Audience audience(String encoded) {
    try {
      return Audience.parseFrom(Base64.getDecoder().decode(encoded));
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      return Audience.getDefaultInstance();
    }
  }

  private static String text(@Nullable Object value) {
    return value == null ? "" : String.valueOf(value);
  }

  private static long number(@Nullable Object value) {
    String digits = text(value);
    return digits.isEmpty() ? 0 : Long.parseLong(digits);
  }
}
