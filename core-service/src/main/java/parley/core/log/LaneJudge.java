package parley.core.log;

import java.util.ArrayList;
import java.util.List;
import parley.core.log.Validation.Verdict;

/// Judges requests for a lane: those that may be recorded become candidates, the others are
/// answered.
final class LaneJudge {

  /// A command that may be recorded, as what, and whom it names.
  record Candidate(Submission submission, Change change, RoomEvents.Names names) {}

  private final LaneParts parts;
  private final Validation validation;
  private final LaneOpening opening;

  LaneJudge(LaneParts parts, Repeats repeats, LaneOpening opening) {
    this.parts = parts;
    this.validation = new Validation(parts, repeats);
    this.opening = opening;
  }

  /// Nobody is turned away by what this node believes: another may have written meanwhile (who
  /// became a member there is one here), so what it wrote is taken in first, and all are judged by
  /// it. Whoever is let in needs no such care: an append to a log that went on collides.
  List<Candidate> judge(LaneState state, List<Submission> submissions) {
    List<Verdict> verdicts = verdicts(state, submissions);
    if (verdicts.stream().anyMatch(Verdict::turnsAway)) {
      long before = state.head();
      opening.catchUp(state);
      if (state.head() != before) {
        verdicts = verdicts(state, submissions);
      }
    }
    List<Candidate> candidates = new ArrayList<>();
    for (int i = 0; i < submissions.size(); i++) {
      Submission submission = submissions.get(i);
      switch (verdicts.get(i)) {
        case Verdict.Append(Change change) ->
            candidates.add(
                new Candidate(submission, change, parts.events().names(submission.sender, change)));
        case Verdict.Answer(Outcome outcome) -> submission.answer(outcome);
      }
    }
    return candidates;
  }

  private List<Verdict> verdicts(LaneState state, List<Submission> submissions) {
    return submissions.stream().map(submission -> validation.judge(state, submission)).toList();
  }
}
