package parley.bench;

import java.util.List;

/// A contender is started anew, and steps are done to it.
///
/// @param everybody it tells everybody who comes and goes
/// @param warmUpSeconds of chat before the first step, not measured; 0 = the steps begin cold
record Session(String name, boolean everybody, int warmUpSeconds, List<Step> steps) {

  static final List<String> WARM_UP =
      Step.flags("--scenario chat --n 1000 --room-size 10 --rate 2000 --warmup 0 --settle 0.3");
}
