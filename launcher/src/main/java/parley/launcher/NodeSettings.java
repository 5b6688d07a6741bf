package parley.launcher;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// What `--set` says: settings for every service, and for one node alone.
///
/// @param given values by the names of environment variables; those for one node with its name and
///     a dot before
record NodeSettings(Map<String, String> given) {

  /// Reads `A=1;core-2.B=2`.
  ///
  /// @throws IllegalArgumentException with words for whoever typed it
  static NodeSettings parse(String value) {
    Map<String, String> settings = new LinkedHashMap<>();
    for (String pair : value.split(";", -1)) {
      int equals = pair.indexOf('=');
      if (!pair.isBlank()) {
        if (equals < 1) {
          throw new IllegalArgumentException("--set wants NAME=VALUE, with ; between them");
        }
        settings.put(pair.substring(0, equals).trim(), pair.substring(equals + 1).trim());
      }
    }
    return new NodeSettings(settings);
  }

  /// The names before dots: nodes.
  Set<String> nodes() {
    return given.keySet().stream()
        .filter(name -> name.contains("."))
        .map(name -> name.substring(0, name.indexOf('.')))
        .collect(Collectors.toSet());
  }

  /// Those for every service, over which those for this node alone.
  Map<String, String> of(String node) {
    Map<String, String> chosen = new LinkedHashMap<>();
    given.forEach(
        (name, value) -> {
          if (!name.contains(".")) {
            chosen.put(name, value);
          }
        });
    String own = node + ".";
    given.forEach(
        (name, value) -> {
          if (name.startsWith(own)) {
            chosen.put(name.substring(own.length()), value);
          }
        });
    return chosen;
  }
}
