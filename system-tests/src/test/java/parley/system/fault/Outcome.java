package parley.system.fault;

import java.util.List;
import java.util.Map;

/// What came of a run.
///
/// @param broken sentences; empty = all promises were kept
/// @param worst of a connected client's events, milliseconds from commit to arrival
/// @param healing milliseconds from the last fault's end until everybody had everything
record Outcome(
    long seed,
    List<String> broken,
    Counts counts,
    Map<String, Integer> faults,
    long p99,
    long worst,
    long healing) {

  /// @param reads how often somebody looked for what had just been acknowledged
  /// @param removals of guests
  record Counts(
      int entries,
      int acknowledged,
      int seen,
      int reads,
      int removals,
      int connects,
      int recoveries) {}

  boolean passed() {
    return broken.isEmpty();
  }

  @Override
  public String toString() {
    return "seed %d: %s; %d entries, %d acknowledged, %d events seen; %d reads behind an ack, %d removals; %d connects, %d recovered; lateness p99 %d ms, worst %d ms; healed in %d ms; faults %s%s"
        .formatted(
            seed,
            passed() ? "passed" : "FAILED",
            counts.entries,
            counts.acknowledged,
            counts.seen,
            counts.reads,
            counts.removals,
            counts.connects,
            counts.recoveries,
            p99,
            worst,
            healing,
            faults,
            passed()
                ? ""
                : "\n  "
                    + String.join("\n  ", broken.subList(0, Math.min(20, broken.size())))
                    + more());
  }

  private String more() {
    return broken.size() > 20 ? "\n  and " + (broken.size() - 20) + " more" : "";
  }
}
