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
    int entries,
    int acknowledged,
    int seen,
    int reads,
    int removals,
    Map<String, Integer> faults,
    int connects,
    int recoveries,
    long p99,
    long worst,
    long healing) {

  boolean passed() {
    return broken.isEmpty();
  }

  @Override
  public String toString() {
    return "seed %d: %s; %d entries, %d acknowledged, %d events seen; %d reads behind an ack, %d removals; %d connects, %d recovered; lateness p99 %d ms, worst %d ms; healed in %d ms; faults %s%s"
        .formatted(
            seed,
            passed() ? "passed" : "FAILED",
            entries,
            acknowledged,
            seen,
            reads,
            removals,
            connects,
            recoveries,
            p99,
            worst,
            healing,
            faults,
            passed()
                ? ""
                : "\n  " + String.join("\n  ", broken.subList(0, Math.min(20, broken.size()))));
  }
}
