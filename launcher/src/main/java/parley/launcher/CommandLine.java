package parley.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;

/// The launcher's flags: which there are, what each takes, and what holds when it is not given.
final class CommandLine {

  /// Secrets for development: known to everybody, like the demo's users.
  private static final Map<String, String> DEFAULTS =
      Map.ofEntries(
          Map.entry("--edges", "2"),
          Map.entry("--cores", "1"),
          Map.entry("--presences", "1"),
          Map.entry("--port", "3001"),
          Map.entry("--internal-port", "9101"),
          Map.entry("--data", "data"),
          Map.entry("--fresh", "off"),
          Map.entry("--redis", ""),
          Map.entry("--mongodb", ""),
          Map.entry("--jwt-secret", "parley-demo-secret-of-this-machine"),
          Map.entry("--service-token", "parley-demo-token"),
          Map.entry("--open", "off"),
          Map.entry("--rate-limit", "on"),
          Map.entry("--one-jvm", "off"),
          Map.entry("--fsync", "off"),
          Map.entry("--profile", "full"),
          Map.entry("--jvm", ""),
          Map.entry("--set", ""));

  /// A profile: what fits on the smallest machines. The script knows it too, and starts this JVM
  /// with less.
  private static final String TINY = "tiny";

  /// Flags that stand alone.
  private static final Set<String> SWITCHES = Set.of("--fresh", "--open", "--one-jvm", "--fsync");

  /// What `--help` prints; the script prints it without Java.
  static final String USAGE = usage();

  /// A command's one word, and the flags around it.
  record Named(String name, List<String> flags) {}

  private CommandLine() {}

  private static String usage() {
    try (InputStream text = CommandLine.class.getResourceAsStream("usage.txt")) {
      return new String(Objects.requireNonNull(text).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Reads a command line that names something; the name may stand anywhere among the flags.
  ///
  /// @param wanted said when there is no name
  /// @throws IllegalArgumentException with words for whoever typed it
  static Named named(List<String> arguments, String wanted) {
    List<String> flags = new ArrayList<>();
    String name = "";
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      if (!argument.startsWith("--") && name.isEmpty()) {
        name = argument;
        continue;
      }
      flags.add(argument);
      if (argument.startsWith("--") && !SWITCHES.contains(argument) && i + 1 < arguments.size()) {
        flags.add(arguments.get(++i));
      }
    }
    if (name.isEmpty()) {
      throw new IllegalArgumentException(wanted);
    }
    return new Named(name, flags);
  }

  /// Reads a command line.
  ///
  /// @return values by flag, each one that the flag takes
  /// @throws IllegalArgumentException with words for whoever typed it
  static Map<String, String> parse(List<String> arguments) {
    Map<String, String> given = new HashMap<>();
    Queue<String> rest = new ArrayDeque<>(arguments);
    while (!rest.isEmpty()) {
      String flag = rest.remove();
      String value = SWITCHES.contains(flag) ? "on" : valueOf(flag, rest.poll());
      check(flag, value);
      given.put(flag, value);
    }
    if (TINY.equals(given.get("--profile"))) {
      given.putIfAbsent("--one-jvm", "on");
      given.putIfAbsent("--edges", "1");
    }
    return given;
  }

  private static String valueOf(String flag, String next) {
    if (!DEFAULTS.containsKey(flag)) {
      throw new IllegalArgumentException("unknown flag " + flag);
    }
    if (next == null || next.startsWith("--")) {
      throw new IllegalArgumentException(flag + " wants a value");
    }
    return next;
  }

  /// What holds when a flag is not given.
  static String standard(String flag) {
    return DEFAULTS.getOrDefault(flag, "");
  }

  /// @throws IllegalArgumentException when there is no such flag, or it does not take the value
  static void check(String flag, String value) {
    switch (flag) {
      case "--edges", "--cores", "--presences" -> {
        var unused = number(flag, value, 16);
      }
      case "--port", "--internal-port" -> {
        var unused = number(flag, value, 65_000);
      }
      case "--rate-limit", "--fresh", "--open", "--one-jvm", "--fsync" -> {
        if (!value.equals("on") && !value.equals("off")) {
          throw new IllegalArgumentException(flag + " wants on or off");
        }
      }
      case "--profile" -> {
        if (!value.equals(TINY) && !value.equals(standard(flag))) {
          throw new IllegalArgumentException(flag + " wants full or tiny");
        }
      }
      case "--set" -> {
        var unused = NodeSettings.parse(value);
      }
      default -> {
        if (!DEFAULTS.containsKey(flag)) {
          throw new IllegalArgumentException("unknown flag " + flag);
        }
      }
    }
  }

  /// @throws IllegalArgumentException when it is no number from 1 to `most`
  static int number(String flag, String value, int most) {
    try {
      int number = Integer.parseInt(value);
      if (number >= 1 && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw new IllegalArgumentException(flag + " wants a number from 1 to " + most);
  }
}
