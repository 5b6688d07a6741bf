package parley.launcher;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// What a run of Parley taught the JVM, a file for each kind of process: classes in their final
/// form, and which methods are worth compiling (JEP 483, 515; docs/decisions/0024). It lies beside
/// the jar, in a folder that is named after all that it depends on, so that one of another build,
/// or of another JVM, is never used. Without it everything works as well, slower for a minute.
final class AotCache {

  private static final int NAME_BYTES = 8;

  private final Path root;
  private final String name;

  private AotCache(Path root, String name) {
    this.root = root;
    this.name = name;
  }

  /// Of the jars that this JVM was started with; empty where it runs from class files.
  static Optional<AotCache> ofThisBuild() {
    Path jar = own();
    Path root = jar.getParent();
    List<Path> jars =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
            .map(Path::of)
            .toList();
    return Files.isRegularFile(jar) && root != null
        ? Optional.of(of(root, Runtime.version().toString(), jars))
        : Optional.empty();
  }

  /// @param root the folder of the jar
  /// @param jvm which one; its flags are those of {@link JavaCommand}
  /// @param classPath jars and folders, in order
  static AotCache of(Path root, String jvm, List<Path> classPath) {
    MessageDigest digest = sha256();
    digest.update((jvm + JavaCommand.TUNING).getBytes(StandardCharsets.UTF_8));
    for (Path entry : withLibraries(classPath)) {
      digest.update(entry(entry).getBytes(StandardCharsets.UTF_8));
    }
    byte[] first = Arrays.copyOf(digest.digest(), NAME_BYTES);
    return new AotCache(root, HexFormat.of().formatHex(first));
  }

  private static Path own() {
    try {
      return Path.of(AotCache.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /// A jar's manifest names those in the folder beside it.
  private static List<Path> withLibraries(List<Path> classPath) {
    List<Path> all = new ArrayList<>(classPath);
    for (Path entry : classPath) {
      Path libraries = entry.resolveSibling("libs");
      if (Files.isDirectory(libraries)) {
        try (Stream<Path> jars = Files.list(libraries)) {
          jars.filter(jar -> jar.toString().endsWith(".jar")).sorted().forEach(all::add);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
    return all;
  }

  private static String entry(Path path) {
    try {
      return Files.exists(path)
          ? path + " " + Files.size(path) + " " + Files.getLastModifiedTime(path) + "\n"
          : path + "\n";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /// The folder of the jar; what is made is made there.
  Path root() {
    return root;
  }

  private Path builds() {
    return root.resolve("aot");
  }

  private Path files() {
    return builds().resolve(name);
  }

  /// Is there one?
  boolean exists() {
    return Files.isDirectory(files());
  }

  /// The file of a kind of process; empty where there is none.
  Optional<Path> file(String main) {
    return Optional.of(files().resolve(name(main))).filter(Files::isRegularFile);
  }

  /// What a kind's file is called.
  static String name(String main) {
    return main.substring(main.lastIndexOf('.') + 1) + ".aot";
  }

  /// Puts a new one in place, and removes those of other builds: nobody will use them again. A file
  /// that a JVM has open stays readable for it.
  ///
  /// @param made a folder of files, on the same file system
  void put(Path made) throws IOException {
    Files.createDirectories(builds());
    Folders.remove(files());
    Files.move(made, files(), StandardCopyOption.ATOMIC_MOVE);
    try (Stream<Path> all = Files.list(builds())) {
      for (Path other : all.filter(build -> !build.endsWith(name)).toList()) {
        Folders.remove(other);
      }
    }
  }
}
