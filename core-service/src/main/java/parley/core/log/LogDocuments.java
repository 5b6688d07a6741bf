package parley.core.log;

import java.util.Date;
import java.util.List;
import org.bson.Document;
import org.jspecify.annotations.Nullable;
import parley.contract.MessageId;
import parley.contract.RoomId;
import parley.contract.UserId;
import parley.core.log.LogEntry.Reaction;
import parley.core.log.LogEntry.State;
import parley.proto.chat.Attachment;
import parley.proto.chat.Role;

/// Entries as documents. The stored format, for good:
///
/// all: `_id` (message id), `room`, `seq`, `type`, `sender`, `dedupe`, `at` (date), `m` (ordinal),
/// `mm` (messages of the main line so far; equal to `m` until there are threads, and where it is
/// absent);
/// message: `kind`, `content`, `attachments`, `cmid` (absent when the client gave none), `rev`,
/// `editedAt`, `deletedAt`, `reactions` (of `emoji`, `user`; absent when there never was one);
/// edit: `target`, `content`; delete: `target`, `tm` (the ordinal of the target; absent of old);
/// reaction: `target`, `emoji`, `removed`; member-added: `member`, `role`; member-removed:
/// `member`.
///
/// Kept for what comes, written by nobody yet: `thread` (message id of what a thread hangs on), `t`
/// (number within its thread), `parts`, `encoding`. Readers accept these and any other field, and
/// no write takes them away.
final class LogDocuments {

  static final String MESSAGE = "message";
  static final String EDIT = "edit";
  private static final String DELETE = "delete";
  static final String REACTION = "reaction";
  private static final String MEMBER_ADDED = "member-added";
  private static final String MEMBER_REMOVED = "member-removed";
  private static final String VOID = "void";

  /// Entries that change something beside the log.
  static final List<String> CHANGES = List.of(EDIT, DELETE, REACTION, MEMBER_ADDED, MEMBER_REMOVED);

  private LogDocuments() {}

  static Document toDocument(LogEntry entry) {
    Document document =
        new Document("_id", entry.id().toString())
            .append("room", entry.room().value())
            .append("seq", entry.seq())
            .append("type", type(entry.change()))
            .append("sender", entry.sender().value())
            .append("dedupe", entry.dedupe())
            .append("at", new Date(entry.atMs()))
            .append("m", entry.ordinal())
            .append("mm", entry.mainOrdinal());
    switch (entry.change()) {
      case Change.Posted posted -> appendMessage(document, posted, entry.state());
      case Change.Edited(MessageId target, String content) ->
          document.append("target", target.toString()).append("content", content);
      case Change.Deleted(MessageId target, long ordinal) ->
          document.append("target", target.toString()).append("tm", ordinal);
      case Change.Reacted(MessageId target, String emoji, boolean removed) ->
          document
              .append("target", target.toString())
              .append("emoji", emoji)
              .append("removed", removed);
      case Change.MemberAdded(UserId user, Role role) ->
          document.append("member", user.value()).append("role", role.getNumber());
      case Change.MemberRemoved(UserId user) -> document.append("member", user.value());
      case Change.Voided() -> {}
    }
    return document;
  }

  private static void appendMessage(Document document, Change.Posted posted, State state) {
    document
        .append("kind", posted.messageType())
        .append("content", posted.content())
        .append(
            "attachments",
            posted.attachments().stream().map(LogDocuments::attachmentDocument).toList())
        .append("rev", state.rev());
    if (!posted.clientMessageId().isEmpty()) {
      document.append("cmid", posted.clientMessageId());
    }
  }

  private static String type(Change change) {
    return switch (change) {
      case Change.Posted p -> MESSAGE;
      case Change.Edited e -> EDIT;
      case Change.Deleted d -> DELETE;
      case Change.Reacted r -> REACTION;
      case Change.MemberAdded a -> MEMBER_ADDED;
      case Change.MemberRemoved r -> MEMBER_REMOVED;
      case Change.Voided v -> VOID;
    };
  }

  static LogEntry toEntry(Document document) {
    return new LogEntry(
        new RoomId(document.getString("room")),
        document.getLong("seq"),
        document.getString("dedupe"),
        new UserId(document.getString("sender")),
        document.getDate("at").getTime(),
        document.getLong("m"),
        document.get("mm", document.getLong("m")),
        change(document),
        state(document));
  }

  private static Change change(Document document) {
    String type = document.getString("type");
    return switch (type) {
      case MESSAGE ->
          new Change.Posted(
              document.getString("kind"),
              document.getString("content"),
              document.getList("attachments", Document.class, List.of()).stream()
                  .map(LogDocuments::attachment)
                  .toList(),
              orEmpty(document.getString("cmid")));
      case EDIT -> new Change.Edited(target(document), document.getString("content"));
      case DELETE -> new Change.Deleted(target(document), document.get("tm", 0L));
      case REACTION ->
          new Change.Reacted(
              target(document), document.getString("emoji"), document.getBoolean("removed"));
      case MEMBER_ADDED ->
          new Change.MemberAdded(
              new UserId(document.getString("member")), role(document.getInteger("role")));
      case MEMBER_REMOVED -> new Change.MemberRemoved(new UserId(document.getString("member")));
      case VOID -> new Change.Voided();
      default -> throw new IllegalStateException("unknown entry type in the log: " + type);
    };
  }

  private static State state(Document document) {
    Long rev = document.getLong("rev");
    if (rev == null) {
      return State.FRESH;
    }
    return new State(
        rev,
        millis(document.getDate("editedAt")),
        millis(document.getDate("deletedAt")),
        document.getList("reactions", Document.class, List.of()).stream()
            .map(LogDocuments::reaction)
            .toList());
  }

  /// One element of `reactions`.
  static Document reactionDocument(Reaction reaction) {
    return new Document("emoji", reaction.emoji()).append("user", reaction.user().value());
  }

  private static Reaction reaction(Document document) {
    return new Reaction(document.getString("emoji"), new UserId(document.getString("user")));
  }

  private static MessageId target(Document document) {
    return MessageId.parse(document.getString("target"));
  }

  private static Role role(int number) {
    Role role = Role.forNumber(number);
    return role == null ? Role.MEMBER : role;
  }

  private static Document attachmentDocument(Attachment attachment) {
    return new Document("url", attachment.getUrl())
        .append("type", attachment.getType())
        .append("name", attachment.getName())
        .append("size", attachment.getSize());
  }

  private static Attachment attachment(Document document) {
    return Attachment.newBuilder()
        .setUrl(document.getString("url"))
        .setType(document.getString("type"))
        .setName(document.getString("name"))
        .setSize(document.getLong("size"))
        .build();
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  private static long millis(@Nullable Date date) {
    return date == null ? 0 : date.getTime();
  }
}
