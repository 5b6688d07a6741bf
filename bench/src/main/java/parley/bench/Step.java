package parley.bench;

import java.util.List;

/// Something that is done to a running contender.
sealed interface Step {

  /// What it is called in results.
  String name();

  /// One run of the generator.
  ///
  /// @param flags of sioload
  record Load(String name, List<String> flags) implements Step {}

  /// A run of the generator while another one loads the same server.
  ///
  /// @param flags of the one that is measured, which begins when the other's clients are there
  /// @param beside flags of the other
  /// @param headStart seconds until then
  record Beside(String name, List<String> flags, List<String> beside, int headStart)
      implements Step {}

  /// Finds the highest rate at which p99 stays within a limit and nothing is lost.
  ///
  /// @param flags of sioload, without the rate
  /// @param limitMs of p99
  /// @param from messages a second to begin with
  /// @param upTo messages a second where the search ends
  record Capacity(String name, List<String> flags, double limitMs, int from, int upTo)
      implements Step {}

  /// Flags in one line.
  static List<String> flags(String line) {
    return List.of(line.strip().split("\\s+"));
  }
}
