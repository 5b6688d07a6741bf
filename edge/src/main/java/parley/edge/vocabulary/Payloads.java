package parley.edge.vocabulary;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.Locale;
import parley.contract.Errors;
import parley.proto.chat.Attachment;
import parley.proto.chat.Message;
import parley.proto.chat.Reaction;
import parley.proto.chat.Role;
import parley.proto.chat.Room;
import parley.proto.chat.RoomEvent;
import parley.proto.chat.User;
import parley.proto.errors.Error;
import parley.proto.presence.UserPresence;

/// Payloads as JSON. Times are ISO 8601, UTC, with milliseconds.
public final class Payloads {

  private final boolean sanitise;
  private final Payloads raw;

  /// @param sanitise let no raw `<` or `>` of what people or their programs wrote reach a client
  ///     (R3.7) that did not ask for it; ids are left alone, whose alphabet has neither
  public Payloads(boolean sanitise) {
    this.sanitise = sanitise;
    this.raw = sanitise ? new Payloads(false) : this;
  }

  /// What one client is told is made of.
  ///
  /// @param wantsRaw the client asked for texts as they were written
  /// @return these, or the raw ones
  public Payloads forClient(boolean wantsRaw) {
    return wantsRaw ? raw : this;
  }

  /// Writes a field with a time, unless it is 0.
  public static void time(JsonGenerator out, String key, long millis) throws IOException {
    if (millis != 0) {
      out.writeStringField(key, Times.text(millis));
    }
  }

  /// `{id, username, avatar?}`.
  public void user(JsonGenerator out, User user) throws IOException {
    out.writeStartObject();
    out.writeStringField("id", user.getId());
    out.writeStringField("username", shown(user.getUsername()));
    known(out, "avatar", shown(user.getAvatar()));
    out.writeEndObject();
  }

  /// The user itself: with email and phone number where they are known.
  public void self(JsonGenerator out, User user) throws IOException {
    out.writeStartObject();
    out.writeStringField("id", user.getId());
    out.writeStringField("username", shown(user.getUsername()));
    known(out, "avatar", shown(user.getAvatar()));
    known(out, "email", shown(user.getEmail()));
    known(out, "phoneNumber", shown(user.getPhoneNumber()));
    out.writeEndObject();
  }

  /// `{id, roomId, seq, messageType, content, attachments, clientMessageId?, user, createdAt,
  /// editedAt?, deletedAt?, reactions? [{emoji, count, userIds}]}`.
  public void message(JsonGenerator out, Message message) throws IOException {
    out.writeStartObject();
    out.writeStringField("id", message.getId());
    out.writeStringField("roomId", message.getRoomId());
    out.writeNumberField("seq", message.getSeq());
    out.writeStringField("messageType", compared(message.getMessageType()));
    out.writeStringField("content", shown(message.getContent()));
    out.writeArrayFieldStart("attachments");
    for (Attachment attachment : message.getAttachmentsList()) {
      attachment(out, attachment);
    }
    out.writeEndArray();
    known(out, "clientMessageId", compared(message.getClientMessageId()));
    out.writeFieldName("user");
    user(out, message.getSender());
    time(out, "createdAt", message.getCreatedAtMs());
    time(out, "editedAt", message.getEditedAtMs());
    time(out, "deletedAt", message.getDeletedAtMs());
    reactions(out, message);
    out.writeEndObject();
  }

  private void reactions(JsonGenerator out, Message message) throws IOException {
    if (message.getReactionsCount() == 0) {
      return;
    }
    out.writeArrayFieldStart("reactions");
    for (Reaction reaction : message.getReactionsList()) {
      out.writeStartObject();
      out.writeStringField("emoji", compared(reaction.getEmoji()));
      out.writeNumberField("count", reaction.getCount());
      out.writeArrayFieldStart("userIds");
      for (String user : reaction.getUserIdsList()) {
        out.writeString(user);
      }
      out.writeEndArray();
      out.writeEndObject();
    }
    out.writeEndArray();
  }

  private void attachment(JsonGenerator out, Attachment attachment) throws IOException {
    out.writeStartObject();
    known(out, "url", shown(attachment.getUrl())); // a preview has none
    known(out, "type", compared(attachment.getType()));
    known(out, "name", shown(attachment.getName()));
    if (attachment.getSize() > 0) {
      out.writeNumberField("size", attachment.getSize());
    }
    out.writeEndObject();
  }

  /// `{id, kind, name, createdAt, lastActivity, lastMessage?}`.
  public void room(JsonGenerator out, Room room) throws IOException {
    out.writeStartObject();
    out.writeStringField("id", room.getId());
    out.writeStringField("kind", room.getKind().name().toLowerCase(Locale.ROOT));
    out.writeStringField("name", shown(room.getName()));
    time(out, "createdAt", room.getCreatedAtMs());
    time(out, "lastActivity", room.getLastActivityMs());
    if (room.hasLastMessage()) {
      out.writeFieldName("lastMessage");
      message(out, room.getLastMessage());
    }
    out.writeEndObject();
  }

  /// `{userId, status, text?, lastSeen?}`.
  public void presence(JsonGenerator out, UserPresence user) throws IOException {
    out.writeStartObject();
    out.writeStringField("userId", user.getUserId());
    status(out, user);
    time(out, "lastSeen", user.getLastSeenMs());
    out.writeEndObject();
  }

  void status(JsonGenerator out, UserPresence user) throws IOException {
    out.writeStringField("status", user.getStatus().name().toLowerCase(Locale.ROOT));
    known(out, "text", shown(user.getText()));
  }

  /// `{code, message, retryable}`.
  public static void error(JsonGenerator out, Error error) throws IOException {
    out.writeStartObject();
    out.writeStringField("code", error.getCode().name());
    out.writeStringField("message", error.getMessage());
    out.writeBooleanField("retryable", Errors.retryable(error.getCode()));
    out.writeEndObject();
  }

  /// The payload of a log entry; its name is {@link RoomPackets#name}.
  public void roomEvent(JsonGenerator out, RoomEvent event) throws IOException {
    if (event.hasMessage()) {
      message(out, event.getMessage());
      return;
    }
    out.writeStartObject();
    out.writeStringField("roomId", event.getRoomId());
    out.writeNumberField("seq", event.getSeq());
    switch (event.getBodyCase()) {
      case EDITED -> {
        out.writeStringField("messageId", event.getEdited().getMessageId());
        out.writeStringField("content", shown(event.getEdited().getContent()));
        time(out, "editedAt", event.getCommitTimeMs());
        by(out, event.getSender());
      }
      case DELETED -> {
        out.writeStringField("messageId", event.getDeleted().getMessageId());
        time(out, "deletedAt", event.getCommitTimeMs());
        by(out, event.getSender());
      }
      case REACTED -> {
        out.writeStringField("messageId", event.getReacted().getMessageId());
        out.writeStringField("emoji", compared(event.getReacted().getEmoji()));
        out.writeStringField("action", event.getReacted().getRemoved() ? "removed" : "added");
        time(out, "reactedAt", event.getCommitTimeMs());
        by(out, event.getSender());
      }
      case MEMBER_ADDED -> {
        out.writeFieldName("user");
        user(out, event.getMemberAdded().getUser());
        out.writeStringField("role", role(event.getMemberAdded().getRole()));
      }
      case MEMBER_REMOVED -> out.writeStringField("userId", event.getMemberRemoved().getUserId());
      case MESSAGE, VOIDED, BODY_NOT_SET -> {}
    }
    out.writeEndObject();
  }

  private static void by(JsonGenerator out, User user) throws IOException {
    out.writeStringField("userId", user.getId());
  }

  /// Human text as clients of these payloads see it.
  public String shown(String text) {
    return sanitise ? Escaping.of(text) : text;
  }

  /// A text that programs compare: given back as it was sent, for it holds no `<` and `>`. What was
  /// stored before that was checked may hold them.
  private String compared(String text) {
    return text.indexOf('<') < 0 && text.indexOf('>') < 0 ? text : shown(text);
  }

  private static String role(Role role) {
    return role == Role.MODERATOR ? "moderator" : "member";
  }

  private static void known(JsonGenerator out, String key, String value) throws IOException {
    if (!value.isEmpty()) {
      out.writeStringField(key, value);
    }
  }
}
