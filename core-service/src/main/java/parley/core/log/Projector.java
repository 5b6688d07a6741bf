package parley.core.log;

/// Applies what an entry changes beside the log.
interface Projector {

  /// Applying twice, or late, is harmless. Blocks.
  void apply(LogEntry entry);

  /// The same for an entry that was passed over when it was its turn: later ones have been applied.
  /// Blocks.
  default void applyLate(LogEntry entry) {
    apply(entry);
  }
}
