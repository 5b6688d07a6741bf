package parley.launcher;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The command lines of Java processes: this JVM's executable and class path.
public final class JavaCommand {

  /// Why these: docs/decisions/0009. A process that has no memory left ends, and is started again:
  /// nobody can say what else of it still works.
  static final List<String> TUNING =
      List.of(
          "-XX:+UseSerialGC",
          "-XX:+UseTransparentHugePages",
          "-XX:+UseCompactObjectHeaders",
          "-XX:+ExitOnOutOfMemoryError");

  /// Several processes share them: one that does little at a time wakes one thread, not two.
  private static final boolean FEW_CORES = Runtime.getRuntime().availableProcessors() <= 4;

  /// Bytes of the young generation, by the simple name of the main class: the JVM's own choice, an
  /// eighth of a gigabyte, is touched whole. The store has the JVM's: all that it is told survives.
  private static final Map<String, String> YOUNG =
      Map.of("EdgeMain", "-Xmn96m", "CoreMain", "-Xmn64m", "PresenceMain", "-Xmn24m");

  /// Of few cores the second compiler takes a great part for the first minute.
  private static final Map<String, List<String>> FEW_CORES_OF =
      Map.of("PresenceMain", List.of("-XX:TieredStopAtLevel=1"));

  static final String MAIN = "{main}";

  private JavaCommand() {}

  /// Of the embedded store, for those who start processes themselves.
  ///
  /// @param flags more of the JVM's
  public static List<String> store(Path folder, int port, boolean fsync, List<String> flags) {
    return of(
        "512m",
        flags,
        StoreMain.class.getName(),
        folder.toString(),
        Integer.toString(port),
        Boolean.toString(fsync));
  }

  /// @param heap at most, as `-Xmx` takes it
  /// @param flags more of the JVM's; {@link #MAIN} in one stands for the main class
  static List<String> of(String heap, List<String> flags, String main, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx" + heap);
    command.addAll(TUNING);
    command.addAll(own(main.substring(main.lastIndexOf('.') + 1)));
    if (FEW_CORES && !main.endsWith("EdgeMain")) {
      command.add("-Djdk.virtualThreadScheduler.parallelism=1");
    }
    flags.forEach(flag -> command.add(flag.replace(MAIN, main)));
    command.addAll(taught(flags, main));
    command.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            System.getProperty("java.class.path"),
            main));
    command.addAll(List.of(arguments));
    return command;
  }

  private static List<String> own(String kind) {
    List<String> own = new ArrayList<>();
    if (YOUNG.containsKey(kind)) {
      own.add(YOUNG.get(kind));
    }
    if (FEW_CORES) {
      own.addAll(FEW_CORES_OF.getOrDefault(kind, List.of()));
    }
    return own;
  }

  /// Whoever brings such a flag is making a cache.
  private static List<String> taught(List<String> flags, String main) {
    if (flags.stream().anyMatch(flag -> flag.startsWith("-XX:AOT"))) {
      return List.of();
    }
    return AotCache.ofThisBuild()
        .flatMap(cache -> cache.file(main))
        .map(file -> List.of("-XX:AOTCache=" + file))
        .orElse(List.of());
  }
}
