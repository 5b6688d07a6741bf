package parley.core.log;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import parley.contract.Errors;
import parley.contract.MessageId;
import parley.contract.UserId;
import parley.proto.chat.Role;
import parley.proto.errors.ErrorCode;

/// Holds commands against the folded state of their room: what may be recorded, what was recorded
/// before, what is refused. Blocks on what is not remembered.
final class Validation {

  /// What is to be done with a command.
  sealed interface Verdict {
    /// Does the room's state, as this node knows it, speak against the request?
    default boolean turnsAway() {
      return this instanceof Answer(Outcome outcome) && !(outcome instanceof Outcome.Appended);
    }

    /// Append this.
    record Append(Change change) implements Verdict {}

    /// Answer this; nothing is appended.
    record Answer(Outcome outcome) implements Verdict {}
  }

  private static final int MOST_EMOJIS = 50;
  private static final int MOST_REACTIONS = 10_000;

  private final LaneParts parts;
  private final Repeats repeats;

  Validation(LaneParts parts, Repeats repeats) {
    this.parts = parts;
    this.repeats = repeats;
  }

  Verdict judge(LaneState state, Submission submission) {
    Change change = submission.command.asChange();
    return switch (submission.command) {
      case Command.Post p -> post(state, submission, change);
      case Command.Edit edit -> change(state, submission, edit.target(), change);
      case Command.Delete delete -> change(state, submission, delete.target(), change);
      case Command.React(MessageId target, String emoji, boolean remove) ->
          react(state, submission, new Change.Reacted(target, emoji, remove));
      case Command.AddMember(UserId user, Role role) -> unlessIs(state.role(user), role, change);
      case Command.RemoveMember(UserId user) ->
          unlessIs(state.role(user), Role.ROLE_UNSPECIFIED, change);
    };
  }

  private static Verdict unlessIs(Role present, Role asked, Change change) {
    return present == asked
        ? new Verdict.Answer(new Outcome.NothingToDo())
        : new Verdict.Append(change);
  }

  private Verdict post(LaneState state, Submission submission, Change message) {
    if (state.role(submission.sender) == Role.ROLE_UNSPECIFIED) {
      return refusedUnlessRepeated(state, submission, ErrorCode.ACCESS_DENIED);
    }
    return new Verdict.Append(message);
  }

  private Verdict change(LaneState state, Submission submission, MessageId target, Change change) {
    Role role = state.role(submission.sender);
    if (role == Role.ROLE_UNSPECIFIED) {
      return refusedUnlessRepeated(state, submission, ErrorCode.ACCESS_DENIED);
    }
    Optional<LogEntry> found = parts.store().at(target);
    if (found.isEmpty() || !(found.get().change() instanceof Change.Posted posted)) {
      return refusedUnlessRepeated(state, submission, ErrorCode.NOT_FOUND);
    }
    LogEntry message = found.get();
    if (role != Role.MODERATOR && !message.sender().equals(submission.sender)) {
      return refusedUnlessRepeated(state, submission, ErrorCode.UNAUTHORIZED);
    }
    return change instanceof Change.Edited edited
        ? edit(state, submission, message, posted, edited)
        : delete(message);
  }

  private Verdict edit(
      LaneState state,
      Submission submission,
      LogEntry message,
      Change.Posted posted,
      Change.Edited edited) {
    if (message.state().deletedAtMs() != 0) {
      return refusedUnlessRepeated(state, submission, ErrorCode.NOT_FOUND);
    }
    if (!submission.name.given() && posted.content().equals(edited.content())) {
      return asItIs(message, parts.store().changes().lastEdit(message.id()));
    }
    return new Verdict.Append(edited);
  }

  /// Nothing changes a message after its deletion.
  private Verdict delete(LogEntry message) {
    return message.state().deletedAtMs() == 0
        ? new Verdict.Append(new Change.Deleted(message.id(), message.ordinal()))
        : asItIs(message, parts.store().at(new MessageId(message.room(), message.state().rev())));
  }

  private Verdict react(LaneState state, Submission submission, Change.Reacted change) {
    if (state.role(submission.sender) == Role.ROLE_UNSPECIFIED) {
      return refusedUnlessRepeated(state, submission, ErrorCode.ACCESS_DENIED);
    }
    Optional<LogEntry> found = parts.store().at(change.target());
    boolean there =
        found.isPresent()
            && found.get().change() instanceof Change.Posted
            && found.get().state().deletedAtMs() == 0;
    if (!there) {
      return refusedUnlessRepeated(state, submission, ErrorCode.NOT_FOUND);
    }
    List<LogEntry.Reaction> reactions = found.get().state().reactions();
    LogEntry.Reaction own = new LogEntry.Reaction(change.emoji(), submission.sender);
    if (!submission.name.given() && reactions.contains(own) != change.removed()) {
      return asItIs(found.get(), parts.store().changes().lastReaction(change.target(), own));
    }
    return change.removed() || hasRoomFor(own, reactions)
        ? new Verdict.Append(change)
        : refusedUnlessRepeated(state, submission, ErrorCode.INVALID_ARGUMENT);
  }

  private static boolean hasRoomFor(LogEntry.Reaction own, List<LogEntry.Reaction> reactions) {
    if (reactions.contains(own)) {
      return true;
    }
    Set<String> emojis =
        reactions.stream().map(LogEntry.Reaction::emoji).collect(Collectors.toSet());
    return reactions.size() < MOST_REACTIONS
        && (emojis.contains(own.emoji()) || emojis.size() < MOST_EMOJIS);
  }

  /// The message already is as asked: answered with the change that made it so.
  private Verdict asItIs(LogEntry message, Optional<LogEntry> change) {
    Outcome outcome = new Outcome.Appended(parts.events().of(change.orElse(message)), true);
    return new Verdict.Answer(outcome);
  }

  /// A repeat is answered with its first result, also when it would not be granted now.
  private Verdict refusedUnlessRepeated(LaneState state, Submission submission, ErrorCode code) {
    return repeats
        .before(state, submission)
        .<Verdict>map(Verdict.Answer::new)
        .orElseGet(() -> refused(code));
  }

  private static Verdict refused(ErrorCode code) {
    return new Verdict.Answer(new Outcome.Refused(Errors.error(code)));
  }
}
