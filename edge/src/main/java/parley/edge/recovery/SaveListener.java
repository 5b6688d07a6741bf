package parley.edge.recovery;

/// Hears once what became of a connection that was to be saved, by any thread; must not block. Only
/// the end of the edge nobody hears.
public interface SaveListener {

  /// Redis has confirmed it.
  void saved();

  /// Nobody can count on it before it is saved again: too much waits to be saved, it could not be
  /// said what there is, or the connection is not this edge's any more.
  default void notSaved() {}
}
