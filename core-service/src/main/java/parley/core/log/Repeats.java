package parley.core.log;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import parley.contract.Errors;
import parley.proto.chat.Role;
import parley.proto.errors.ErrorCode;

/// Requests that come again: each is answered with what came of it the first time. Blocks on the
/// store.
final class Repeats {

  private final LaneParts parts;
  private final EntryIntake intake;

  Repeats(LaneParts parts, EntryIntake intake) {
    this.parts = parts;
    this.intake = intake;
  }

  /// What came of the request before; empty when it is new.
  Optional<Outcome> before(LaneState state, Submission submission) {
    Optional<LogEntry> first =
        parts.store().byDedupe(state.room.id(), submission.key(parts.keys()));
    if (first.isPresent()) {
      return first.map(entry -> outcome(state, submission, entry));
    }
    String old = oldKey(state, submission);
    return old == null
        ? Optional.empty()
        : parts
            .store()
            .byDedupe(state.room.id(), old)
            .filter(entry -> isOf(submission, entry))
            .map(entry -> outcome(state, submission, entry));
  }

  /// Answers the request when it is a repeat.
  boolean answer(LaneState state, Submission submission) {
    Optional<Outcome> before = before(state, submission);
    before.ifPresent(submission::answer);
    return before.isPresent();
  }

  /// Answers those that are remembered under a key of old: the index, which knows the new ones,
  /// does not stop them.
  ///
  /// @return the others
  List<Submission> withoutOld(LaneState state, List<Submission> submissions) {
    Map<String, LogEntry> found = found(state, submissions);
    if (found.isEmpty()) {
      return submissions;
    }
    List<Submission> others = new ArrayList<>();
    for (Submission submission : submissions) {
      LogEntry first = found.get(oldKey(state, submission));
      if (first != null && isOf(submission, first)) {
        submission.answer(outcome(state, submission, first));
      } else {
        others.add(submission);
      }
    }
    return others;
  }

  private Map<String, LogEntry> found(LaneState state, List<Submission> submissions) {
    List<String> keys = new ArrayList<>();
    for (Submission submission : submissions) {
      String old = oldKey(state, submission);
      if (old != null) {
        keys.add(old);
      }
    }
    Map<String, LogEntry> found = new HashMap<>();
    if (!keys.isEmpty()) {
      parts
          .store()
          .byDedupe(state.room.id(), keys)
          .forEach(entry -> found.put(entry.dedupe(), entry));
    }
    return found;
  }

  private static @Nullable String oldKey(LaneState state, Submission submission) {
    return state.hasOldKeys() ? RequestKeys.old(submission.sender, submission.name) : null;
  }

  /// Keys of old may be those of another request: of another kind, or of a sender whose id ends
  /// where this one's client's id begins.
  private static boolean isOf(Submission submission, LogEntry first) {
    return first.sender().equals(submission.sender)
        && submission.command.couldHaveMade(first.change());
  }

  /// Who may not read the room (any more) is told where the first one stands, in the words of its
  /// own request: what became of it since is not for them.
  private Outcome outcome(LaneState state, Submission submission, LogEntry first) {
    if (!first.sender().equals(submission.sender)) {
      return new Outcome.Refused(Errors.error(ErrorCode.INTERNAL)); // an edge minted a key twice
    }
    if (!intake.makeGood(state, first)) {
      return new Outcome.Refused(Errors.error(ErrorCode.UNAVAILABLE));
    }
    boolean reads =
        submission.sender.equals(LogEntry.SYSTEM)
            || state.role(submission.sender) != Role.ROLE_UNSPECIFIED;
    LogEntry told = reads ? first : first.with(submission.command.asChange(), LogEntry.State.FRESH);
    return new Outcome.Appended(
        parts.events().of(told), true, reads && submission.command.differsFrom(first));
  }
}
