package parley.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// README's two commands with whatever `JAVA_HOME` and `java` on PATH a machine has. Combinations
/// with an older JDK are skipped where none is installed.
@Timeout(300)
class TwoCommandsTest {

  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Path NEW = Path.of(System.getProperty("java.home"));
  /// What the scripts, and Maven's own, are made of.
  private static final String[] TOOLS =
      ("sh sed dirname basename find head touch cp uname expr ls tr cat which readlink env grep"
              + " mkdir rm")
          .split(" ");

  /// Stands for the launcher: says which Java runs it.
  public static final class Shown {
    private Shown() {}

    public static void main(String[] args) {
      System.out.println("runs on " + Runtime.version().feature());
    }
  }

  @TempDir Path folder;
  private Path path;

  @BeforeEach
  void toolsWithoutJava() throws IOException {
    path = Files.createDirectories(folder.resolve("bin"));
    for (String tool : TOOLS) {
      onPath(tool, "exec " + which(tool).orElseThrow() + " \"$@\"");
    }
  }

  @ParameterizedTest(name = "JAVA_HOME {0}, java on PATH {1}")
  @CsvSource({
    "none,none",
    "none,old",
    "none,new",
    "old,none",
    "old,old",
    "old,new",
    "new,none",
    "new,old",
    "new,new"
  })
  void theScriptBuildsAndRunsOnANewJdk(String home, String onPath) throws Exception {
    Path copy = copyOfTheScript();
    onPath(
        "mvn",
        "\"$JAVA_HOME/bin/javac\" -version >&2\n"
            + "cp shown.jar launcher/target/parley-launcher.jar");
    String said = run(copy, home, onPath, 0, "./parley");
    assertTrue(said.contains("javac " + Runtime.version().feature()), said);
    assertTrue(said.contains("runs on " + Runtime.version().feature()), said);
  }

  @Test
  void theScriptSaysThatMavenIsMissing() throws Exception {
    String said = run(copyOfTheScript(), "new", "none", 1, "./parley");
    assertEquals("parley: needs Maven (mvn) to build", said.strip());
  }

  @Test
  void theSearchSaysThatAJdkIsMissing() throws Exception {
    String said = run(ROOT, "none", "none", 1, "config/jdk", folder.resolve("no-such").toString());
    assertTrue(said.startsWith("parley: needs a JDK of version 25 or newer"), said);
    assertEquals(1, said.strip().lines().count(), said);
  }

  @Test
  void theSearchTakesTheJdkOnPathWhereThereIsNoOther() throws Exception {
    String said = run(ROOT, "none", "new", 0, "config/jdk", folder.resolve("no-such").toString());
    assertEquals(NEW.toRealPath(), Path.of(said.strip()).toRealPath());
  }

  /// The step of the build that starts `java` itself, over a folder of one file. The combinations
  /// that differ for Maven: what runs it, and what the step would find on PATH.
  @ParameterizedTest(name = "JAVA_HOME {0}, java on PATH {1}")
  @CsvSource({"new,old", "old,none", "none,new"})
  void theBuildFormatsOnANewJdk(String home, String onPath) throws Exception {
    Optional<Path> maven = which("mvn");
    assumeTrue(maven.isPresent(), "no mvn on PATH");
    onPath("mvn", "exec " + maven.orElseThrow() + " \"$@\"");
    Path source = Files.createDirectory(folder.resolve("src")).resolve("A.java");
    Files.writeString(source, "final   class A {}\n");
    run(
        ROOT,
        home,
        onPath,
        0,
        "mvn",
        "-q",
        "-B",
        "-o",
        "-N",
        "-Pformat",
        "-Dformat.folder=" + source.getParent(),
        "validate");
    assertEquals("final class A {}\n", Files.readString(source));
  }

  private void onPath(String name, String script) throws IOException {
    Path file = path.resolve(name);
    Files.writeString(file, "#!/bin/sh\n" + script + "\n");
    assertTrue(file.toFile().setExecutable(true));
  }

  private Path copyOfTheScript() throws IOException {
    Path copy = folder.resolve("parley");
    Files.createDirectories(copy.resolve("config"));
    Files.createDirectories(copy.resolve("launcher/target"));
    Files.createDirectories(copy.resolve("module/src/main"));
    Files.writeString(copy.resolve("pom.xml"), "");
    Files.writeString(copy.resolve("module/pom.xml"), "");
    for (String script : List.of("parley", "config/jdk")) {
      Files.copy(ROOT.resolve(script), copy.resolve(script));
      assertTrue(copy.resolve(script).toFile().setExecutable(true));
    }
    jar(copy.resolve("shown.jar"));
    return copy;
  }

  private static void jar(Path file) throws IOException {
    String main = Shown.class.getName();
    String entry = main.replace('.', '/') + ".class";
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, main);
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(file), manifest);
        InputStream in = Shown.class.getResourceAsStream("/" + entry)) {
      out.putNextEntry(new JarEntry(entry));
      Objects.requireNonNull(in).transferTo(out);
    }
  }

  /// @return what it printed, both streams together
  private String run(Path in, String home, String onPath, int status, String... command)
      throws Exception {
    if (!onPath.equals("none")) {
      onPath("java", "exec " + jdk(onPath).resolve("bin/java") + " \"$@\"");
    }
    List<String> words = new ArrayList<>(List.of(command));
    words.set(0, command[0].equals("mvn") ? path.resolve("mvn").toString() : command[0]);
    ProcessBuilder builder = new ProcessBuilder(words).directory(in.toFile());
    Path output = folder.resolve("output");
    builder.redirectErrorStream(true).redirectOutput(output.toFile());
    Map<String, String> environment = builder.environment();
    String user = environment.getOrDefault("HOME", folder.toString());
    environment.clear();
    environment.put("PATH", path.toString());
    environment.put("HOME", user);
    if (!home.equals("none")) {
      environment.put("JAVA_HOME", jdk(home).toString());
    }
    Process process = builder.start();
    try {
      assertTrue(process.waitFor(240, TimeUnit.SECONDS), "it did not end");
    } finally {
      process.destroyForcibly();
    }
    String said = Files.readString(output, UTF_8);
    assertEquals(status, process.exitValue(), said);
    return said;
  }

  private static Path jdk(String age) throws IOException {
    if (age.equals("new")) {
      return NEW;
    }
    try (Stream<Path> installed =
        Files.isDirectory(Path.of("/usr/lib/jvm"))
            ? Files.list(Path.of("/usr/lib/jvm"))
            : Stream.empty()) {
      Optional<Path> old = installed.filter(TwoCommandsTest::isOld).findFirst();
      assumeTrue(old.isPresent(), "no older JDK is installed");
      return old.orElseThrow();
    }
  }

  private static boolean isOld(Path home) {
    Path java = home.resolve("bin/java");
    if (!Files.isExecutable(java)) {
      return false;
    }
    try {
      Process process = new ProcessBuilder(java.toString(), "-version").start();
      String said = new String(process.getErrorStream().readAllBytes(), UTF_8);
      Matcher version = Pattern.compile("version \"(\\d+)").matcher(said);
      return version.find() && Integer.parseInt(version.group(1)) < 25;
    } catch (IOException e) {
      return false;
    }
  }

  private static Optional<Path> which(String tool) {
    return Stream.of(System.getenv("PATH").split(":", -1))
        .map(folder -> Path.of(folder).resolve(tool))
        .filter(Files::isExecutable)
        .findFirst();
  }
}
