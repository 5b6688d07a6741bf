package parley.core.log;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Projections;
import com.mongodb.client.model.Sorts;
import com.mongodb.client.model.Updates;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bson.Document;
import org.bson.conversions.Bson;
import parley.contract.MessageId;

/// What later entries do to messages that are in the log: the content that is shown, and the entry
/// that changed it last. Every call blocks; safe for any thread. A change names its position and
/// yields to a later one: applied twice, or by two nodes, it is harmless. Where one was passed
/// over, the message is summed up anew.
final class MessageChanges {

  private final MongoCollection<Document> log;

  MessageChanges(MongoCollection<Document> log) {
    this.log = log;
  }

  /// Applies an edit to its message, unless a later change was applied already.
  void edit(MessageId target, String content, long rev, long atMs) {
    apply(target, rev, edited(content, atMs));
  }

  private static Bson edited(String content, long atMs) {
    return Updates.combine(
        Updates.set("content", content), Updates.set("editedAt", new Date(atMs)));
  }

  /// Applies a deletion: the content goes, from the message and from the edits of it.
  void delete(MessageId target, long rev, long atMs) {
    apply(target, rev, deleted(atMs));
    log.updateMany(
        Filters.and(Filters.eq("target", target.toString()), Filters.eq("type", LogDocuments.EDIT)),
        Updates.set("content", ""));
  }

  private static Bson deleted(long atMs) {
    return Updates.combine(
        Updates.set("content", ""),
        Updates.set("attachments", List.of()),
        Updates.unset("reactions"),
        Updates.set("deletedAt", new Date(atMs)));
  }

  /// Applies a reaction, or its end, to its message, unless a later change was applied already.
  void react(MessageId target, LogEntry.Reaction reaction, boolean removed, long rev) {
    Document element = LogDocuments.reactionDocument(reaction);
    apply(
        target,
        rev,
        removed ? Updates.pull("reactions", element) : Updates.addToSet("reactions", element));
  }

  private void apply(MessageId target, long rev, Bson change) {
    log.updateOne(
        Filters.and(Filters.eq("_id", target.toString()), Filters.lt("rev", rev)),
        Updates.combine(change, Updates.set("rev", rev)));
  }

  /// Writes what all changes of a message in the log add up to: one of them may have been passed
  /// over when it was its turn.
  void sumUp(MessageId target) {
    Bson message = Filters.eq("_id", target.toString());
    while (true) {
      Document found = log.find(message).projection(Projections.include("rev")).first();
      if (found == null) {
        return; // retention took it
      }
      long rev = found.getLong("rev");
      Bson asRead = Filters.and(message, Filters.eq("rev", rev));
      if (log.updateOne(asRead, sum(target, rev)).getMatchedCount() > 0) {
        return;
      }
    }
  }

  /// What all changes of a message add up to.
  private Bson sum(MessageId target, long rev) {
    Set<Document> reactions = new LinkedHashSet<>();
    Bson edited = null;
    Bson deleted = null;
    long last = rev;
    for (LogEntry entry : changes(target)) {
      last = Math.max(last, entry.seq());
      switch (entry.change()) {
        case Change.Edited(MessageId m, String content) -> edited = edited(content, entry.atMs());
        case Change.Deleted d -> deleted = deleted(entry.atMs());
        case Change.Reacted(MessageId m, String emoji, boolean removed) -> {
          Document one =
              LogDocuments.reactionDocument(new LogEntry.Reaction(emoji, entry.sender()));
          var unused = removed ? reactions.remove(one) : reactions.add(one);
        }
        default -> {}
      }
    }
    Bson applied = Updates.set("rev", last);
    if (deleted != null) {
      return Updates.combine(deleted, applied);
    }
    Bson reacted = Updates.set("reactions", List.copyOf(reactions));
    return edited == null
        ? Updates.combine(reacted, applied)
        : Updates.combine(edited, reacted, applied);
  }

  private List<LogEntry> changes(MessageId target) {
    return log.find(Filters.eq("target", target.toString()))
        .sort(Sorts.ascending("seq"))
        .map(LogDocuments::toEntry)
        .into(new ArrayList<>());
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

  private Optional<LogEntry> newest(Bson filter) {
    Document found = log.find(filter).sort(Sorts.descending("seq")).limit(1).first();
    return Optional.ofNullable(found).map(LogDocuments::toEntry);
  }
}
