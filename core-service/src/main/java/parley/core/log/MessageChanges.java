package parley.core.log;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Sorts;
import com.mongodb.client.model.Updates;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.bson.Document;
import org.bson.conversions.Bson;
import parley.contract.MessageId;

/// What later entries do to messages that are in the log: the content that is shown, and the entry
/// that changed it last. Every call blocks; safe for any thread. A change names its position and
/// yields to a later one: applied twice, or late, or by two nodes, it is harmless.
final class MessageChanges {

  private final MongoCollection<Document> log;

  MessageChanges(MongoCollection<Document> log) {
    this.log = log;
  }

  /// Applies an edit to its message, unless a later change was applied already.
  void edit(MessageId target, String content, long rev, long atMs) {
    log.updateOne(
        older(target, rev),
        Updates.combine(
            Updates.set("content", content),
            Updates.set("editedAt", new Date(atMs)),
            Updates.set("rev", rev)));
  }

  /// Applies a deletion: the content goes, from the message and from the edits of it.
  void delete(MessageId target, long rev, long atMs) {
    log.updateOne(
        older(target, rev),
        Updates.combine(
            Updates.set("content", ""),
            Updates.set("attachments", List.of()),
            Updates.unset("reactions"),
            Updates.set("deletedAt", new Date(atMs)),
            Updates.set("rev", rev)));
    log.updateMany(
        Filters.and(Filters.eq("target", target.toString()), Filters.eq("type", LogDocuments.EDIT)),
        Updates.set("content", ""));
  }

  /// Applies a reaction, or its end, to its message, unless a later change was applied already.
  void react(MessageId target, LogEntry.Reaction reaction, boolean removed, long rev) {
    Document element = LogDocuments.reactionDocument(reaction);
    log.updateOne(
        older(target, rev),
        Updates.combine(
            removed ? Updates.pull("reactions", element) : Updates.addToSet("reactions", element),
            Updates.set("rev", rev)));
  }

  /// The newest entry that edits a message.
  Optional<LogEntry> lastEdit(MessageId target) {
    return newest(
        Filters.and(
            Filters.eq("target", target.toString()), Filters.eq("type", LogDocuments.EDIT)));
  }

  /// The newest entry of one user and emoji for a message.
  Optional<LogEntry> lastReaction(MessageId target, LogEntry.Reaction reaction) {
    return newest(
        Filters.and(
            Filters.eq("target", target.toString()),
            Filters.eq("type", LogDocuments.REACTION),
            Filters.eq("sender", reaction.user().value()),
            Filters.eq("emoji", reaction.emoji())));
  }

  private static Bson older(MessageId target, long rev) {
    return Filters.and(Filters.eq("_id", target.toString()), Filters.lt("rev", rev));
  }

  private Optional<LogEntry> newest(Bson filter) {
    Document found = log.find(filter).sort(Sorts.descending("seq")).limit(1).first();
    return Optional.ofNullable(found).map(LogDocuments::toEntry);
  }
}
