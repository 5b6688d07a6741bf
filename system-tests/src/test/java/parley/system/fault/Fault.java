package parley.system.fault;

import java.util.Set;

/// Something that befalls a cluster for a while.
///
/// @param places what it touches: nothing else may, as long as it lasts
/// @param millis how long it lasts
record Fault(String name, Set<String> places, long millis, Action begin, Action heal) {

  /// What is done to the cluster.
  interface Action {
    void run() throws Exception;
  }

  static final Action NOTHING = () -> {};
}
