package parley.core.log;

import java.util.List;

/// Writes entries to the log.
interface EntryWriter {

  /// Writes entries, of any rooms, in their order, as far as it can. Blocks.
  LogStore.Appended append(List<LogEntry> entries);
}
