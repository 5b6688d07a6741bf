package parley.edge.limit;

import java.time.Duration;

/// Budgets per user.
///
/// @param enabled false: nothing is counted
/// @param messages sends, edits and deletes in a window
/// @param others every other event in a window
/// @param window length
/// @param failOpen let events pass while Redis cannot be asked
public record LimitConfig(
    boolean enabled, int messages, int others, Duration window, boolean failOpen) {}
