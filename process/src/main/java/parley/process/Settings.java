package parley.process;

import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What a process can be told: its environment, and `parley.yaml`, where the environment says
/// nothing. Each package has a record of its own settings, made by a `from(Settings)` that gives
/// name, default and range of each, once; `docs/configuration.md` lists them.
///
/// Whatever is wrong is an {@link IllegalArgumentException} whose text names the setting as it was
/// given and says what it takes. Values of text, which may be secrets, are never shown.
public final class Settings {

  private static final Pattern ADDRESS =
      Pattern.compile("(?:dns:)?(?:[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+]):(\\d{1,5})");

  private record Given(String value, String named) {}

  private final Map<String, Given> given = new LinkedHashMap<>();
  private final Map<String, Setting> read = new LinkedHashMap<>();

  private Settings() {}

  /// The settings of a process.
  ///
  /// @param file need not exist
  /// @throws IllegalArgumentException when the file cannot be read, or when it, or the environment,
  ///     names a setting that no service has
  public static Settings load(Path file, Map<String, String> environment) {
    Settings settings = new Settings();
    SettingsFile.read(file)
        .forEach(
            (key, value) -> {
              String name = SettingNames.name(key);
              if (!SettingNames.known(name)) {
                throw unknown(file.getFileName() + ": ", key, name, true);
              }
              settings.given.put(name, new Given(value, key + " in " + file.getFileName()));
            });
    settings.take(environment);
    return settings;
  }

  /// The settings of a service that is started by code.
  ///
  /// @param environment by the names of variables
  /// @throws IllegalArgumentException as {@link #load}
  public static Settings of(Map<String, String> environment) {
    Settings settings = new Settings();
    settings.take(environment);
    return settings;
  }

  private void take(Map<String, String> environment) {
    environment.forEach(
        (name, value) -> {
          if (SettingNames.isLink(name, value)) {
            return;
          }
          if (SettingNames.misspelt(name)) {
            throw unknown("", name, name, false);
          }
          given.put(name, new Given(value, name));
        });
  }

  private static IllegalArgumentException unknown(
      String where, String named, String name, boolean key) {
    Optional<String> near = SettingNames.near(name);
    String meant =
        near.map(one -> "; did you mean " + (key ? SettingNames.key(one) : one) + "?").orElse("");
    return new IllegalArgumentException(where + "there is no setting " + named + meant);
  }

  /// All that was asked for so far.
  public List<Setting> read() {
    return List.copyOf(read.values());
  }

  /// A text, as it is written.
  public String text(String name, String otherwise) {
    Given known = asked(name, otherwise, "text");
    return known == null ? otherwise : known.value;
  }

  /// A text that has to be given, and not blank.
  public String required(String name) {
    Given known = asked(name, "", "text; required");
    if (known == null || known.value.isBlank()) {
      throw new IllegalArgumentException(
          name + " is not set (environment), nor " + SettingNames.key(name) + " (parley.yaml)");
    }
    return known.value;
  }

  /// A secret, without the line end that files bring. Empty when it is not given.
  ///
  /// @throws IllegalArgumentException in words that do not hold it
  public String secret(String name) {
    Given known = asked(name, "", "text");
    String secret = known == null ? "" : known.value.replaceFirst("[\\r\\n]+$", "");
    if (secret.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(name + " must be one line, without control characters");
    }
    return secret;
  }

  /// A whole number.
  ///
  /// @param least that is taken
  /// @param most likewise
  public int number(String name, int otherwise, int least, int most) {
    return whole(name, otherwise, least, most, "a number");
  }

  /// A time in milliseconds.
  public Duration millis(String name, int otherwise, int least, int most) {
    return Duration.ofMillis(whole(name, otherwise, least, most, "milliseconds"));
  }

  /// A time in seconds.
  public Duration seconds(String name, int otherwise, int least, int most) {
    return Duration.ofSeconds(whole(name, otherwise, least, most, "seconds"));
  }

  private int whole(String name, int otherwise, int least, int most, String unit) {
    String takes = unit + " from " + least + " to " + most;
    Given known = asked(name, Integer.toString(otherwise), takes);
    if (known == null || known.value.isBlank()) {
      return otherwise;
    }
    try {
      int value = Integer.parseInt(known.value.strip());
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw wrong(known, takes);
  }

  /// A time in the form of ISO 8601.
  public Duration duration(String name, Duration otherwise, Duration least, Duration most) {
    String takes = "ISO 8601 from " + least + " to " + most;
    Given known = asked(name, otherwise.toString(), takes);
    if (known == null || known.value.isBlank()) {
      return otherwise;
    }
    try {
      Duration value = Duration.parse(known.value.strip());
      if (value.compareTo(least) >= 0 && value.compareTo(most) <= 0) {
        return value;
      }
    } catch (DateTimeParseException e) {
      // said below
    }
    throw wrong(known, takes);
  }

  /// `true` or `false`.
  public boolean flag(String name, boolean otherwise) {
    return choice(name, Boolean.toString(otherwise), Map.of("true", true, "false", false));
  }

  /// One of some words.
  public <T> T choice(String name, String otherwise, Map<String, T> choices) {
    String takes = String.join(" or ", choices.keySet().stream().sorted().toList());
    Given known = asked(name, otherwise, takes);
    String word =
        known == null || known.value.isBlank()
            ? otherwise
            : known.value.strip().toLowerCase(Locale.ROOT);
    T chosen = choices.get(word);
    if (chosen == null) {
      throw wrong(known == null ? new Given(otherwise, name) : known, takes);
    }
    return chosen;
  }

  /// Words, comma-separated; empty = none.
  public List<String> list(String name, String otherwise) {
    Given known = asked(name, otherwise, "comma-separated words");
    return parts(known == null ? otherwise : known.value);
  }

  /// Network addresses, comma-separated: `host:port`, or `dns:name:port` for all that a name leads
  /// to.
  ///
  /// @param least how many at the least
  public List<String> addresses(String name, String otherwise, int least) {
    String takes = "comma-separated host:port or dns:name:port";
    Given known = asked(name, otherwise, takes);
    List<String> addresses = parts(known == null ? otherwise : known.value);
    if (addresses.size() < least || !addresses.stream().allMatch(Settings::isAddress)) {
      throw wrong(
          known == null ? new Given(otherwise, name) : known,
          takes + (least > 0 ? ", at least " + least : ""));
    }
    return addresses;
  }

  private static boolean isAddress(String text) {
    var matcher = ADDRESS.matcher(text);
    if (!matcher.matches()) {
      return false;
    }
    int port = Integer.parseInt(matcher.group(1));
    return port > 0 && port <= 65_535;
  }

  private static List<String> parts(String commas) {
    return Arrays.stream(commas.split(",", -1))
        .map(String::strip)
        .filter(part -> !part.isEmpty())
        .toList();
  }

  private @Nullable Given asked(String name, String otherwise, String takes) {
    if (!SettingNames.known(name)) {
      throw new IllegalStateException(name + " is not among the names of all settings");
    }
    read.put(name, new Setting(name, otherwise, takes));
    return given.get(name);
  }

  private static IllegalArgumentException wrong(Given known, String takes) {
    return new IllegalArgumentException(
        known.named + " must be " + takes + ", not `" + known.value + "`");
  }

  /// A setting whose form its own package checks.
  ///
  /// @throws IllegalArgumentException with the reason, behind the setting's name
  public <T> T parsed(String name, String otherwise, String takes, Parser<T> parser) {
    Given known = asked(name, otherwise, takes);
    try {
      return parser.parse(known == null ? otherwise : known.value);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          (known == null ? name : known.named) + ": " + e.getMessage(), e);
    }
  }

  /// Makes a value of a text.
  public interface Parser<T> {

    /// @throws IllegalArgumentException saying what is wrong, without secrets
    T parse(String text);
  }

  /// The names of all settings of all services.
  public static List<String> names() {
    return new ArrayList<>(SettingNames.all());
  }
}
