package parley.core.log;

/// Applies what an entry changes beside the log.
interface Projector {

  /// Applying twice, or late, is harmless. Blocks.
  void apply(LogEntry entry);
}
