package parley.process;

import io.helidon.config.Config;
import io.helidon.config.ConfigException;
import io.helidon.config.ConfigSources;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// `parley.yaml`: keys with dots, or nested, and their values as text; a list's elements are joined
/// by commas.
final class SettingsFile {

  private static final Pattern ELEMENT = Pattern.compile("\\.(\\d{1,6})$");

  private SettingsFile() {}

  /// @return by key; empty when there is no such file
  /// @throws IllegalArgumentException when it cannot be read
  static Map<String, String> read(Path file) {
    if (!Files.exists(file)) {
      return Map.of();
    }
    Map<String, String> values = new LinkedHashMap<>();
    try {
      Config.builder(ConfigSources.file(file))
          .disableEnvironmentVariablesSource()
          .disableSystemPropertiesSource()
          .disableValueResolving()
          .build()
          .asMap()
          .get()
          .entrySet()
          .stream()
          .sorted(Comparator.comparingInt(one -> index(one.getKey())))
          .forEach(
              one ->
                  values.merge(
                      ELEMENT.matcher(one.getKey()).replaceFirst(""),
                      one.getValue(),
                      (a, b) -> a + "," + b));
    } catch (ConfigException e) {
      throw new IllegalArgumentException(
          file.getFileName() + " cannot be read: " + firstLine(String.valueOf(e.getMessage())), e);
    }
    return values;
  }

  /// Of an element in its list; 0 for what is none.
  private static int index(String key) {
    Matcher element = ELEMENT.matcher(key);
    return element.find() ? Integer.parseInt(element.group(1)) : 0;
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse("");
  }
}
