import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.ImportOrderer;
import com.google.googlejavaformat.java.JavaFormatterOptions;
import com.google.googlejavaformat.java.RemoveUnusedImports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// google-java-format over every Java source of the project: `check` names the files that differ
// and
/// fails, `write` rewrites them. Run by Maven on the selected JDK, because the formatter needs a
/// newer one than Maven may run on.
public final class Format {

  public static void main(String[] args) throws Exception {
    boolean write = args[0].equals("write");
    Formatter formatter = new Formatter(JavaFormatterOptions.defaultOptions());
    int different = 0;
    for (Path file : sources(Path.of(args[1]))) {
      String before = Files.readString(file);
      String tidy = RemoveUnusedImports.removeUnusedImports(before);
      String after =
          formatter.formatSource(
              ImportOrderer.reorderImports(tidy, JavaFormatterOptions.Style.GOOGLE));
      if (after.equals(before)) {
        continue;
      }
      different++;
      if (write) {
        Files.writeString(file, after);
      } else {
        System.err.println("not formatted: " + file);
      }
    }
    if (different > 0 && !write) {
      System.err.println("run: mvn -N -Pformat validate");
      System.exit(1);
    }
  }

  private static List<Path> sources(Path root) throws Exception {
    try (Stream<Path> walk = Files.walk(root)) {
      return walk.filter(p -> p.toString().endsWith(".java"))
          .filter(p -> !p.toString().contains("/target/"))
          .sorted()
          .toList();
    }
  }
}
