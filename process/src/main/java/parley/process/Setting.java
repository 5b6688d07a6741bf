package parley.process;

/// A setting as it was asked for.
///
/// @param name of its environment variable
/// @param otherwise what holds where it is not given, as it would be written; empty = nothing
/// @param takes the values that it takes, in words
public record Setting(String name, String otherwise, String takes) {}
