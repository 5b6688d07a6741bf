package parley.edge.presence;

import java.util.LinkedHashMap;
import java.util.Map;

/// The numbers of each presence node's publications, of which none should be missing. For one
/// thread.
final class Numbers {

  private static final int NODES = 64;

  private final Map<String, Long> last =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
          return size() > NODES;
        }
      };

  /// Notes a publication.
  ///
  /// @return true when there must have been others before it that did not come: also with the first
  ///     one of a node
  boolean hole(String node, long number) {
    Long before = last.get(node);
    last.put(node, before == null ? number : Math.max(before, number));
    return before == null ? number > 1 : number > before + 1;
  }
}
