package parley.system.fault;

/// Faults to draw from.
interface Mix {

  /// How many kinds there are.
  int kinds();

  /// A fault of a kind, from 0; its particulars are drawn.
  Fault draw(int kind);
}
