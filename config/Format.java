import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.ImportOrderer;
import com.google.googlejavaformat.java.JavaFormatterOptions;
import com.google.googlejavaformat.java.RemoveUnusedImports;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/// google-java-format over every Java source of the project: `check` names the files that differ
/// and fails, `write` rewrites them. Run by Maven on the selected JDK, because the formatter needs
/// a newer one than Maven may run on.
///
/// What was found in order is remembered by its hash beside the formatter, under `target`, and not
/// looked at again: most builds change a few files. Another formatter, or another version of this
/// file, looks at everything anew.
public final class Format {

  public static void main(String[] args) throws Exception {
    boolean write = args[0].equals("write");
    Path memory = Path.of(args[1], "target", "format", "in-order-" + rules(args[1]));
    Set<String> known = remembered(memory);
    Set<String> inOrder = new TreeSet<>();
    Formatter formatter = new Formatter(JavaFormatterOptions.defaultOptions());
    int different = 0;
    for (Path file : sources(Path.of(args[1]))) {
      String before = Files.readString(file);
      String hash = hash(before.getBytes(StandardCharsets.UTF_8));
      inOrder.add(hash);
      if (known.contains(hash)) {
        continue;
      }
      String tidy = RemoveUnusedImports.removeUnusedImports(wrapDocs(before));
      String after =
          formatter.formatSource(
              ImportOrderer.reorderImports(tidy, JavaFormatterOptions.Style.GOOGLE));
      if (after.equals(before)) {
        continue;
      }
      different++;
      inOrder.remove(hash);
      if (write) {
        Files.writeString(file, after);
      } else {
        System.err.println("not formatted: " + file);
      }
    }
    Files.createDirectories(memory.getParent());
    Files.write(memory, inOrder);
    if (different > 0 && !write) {
      System.err.println("run: mvn -N -Pformat validate");
      System.exit(1);
    }
  }

  private static Set<String> remembered(Path memory) throws IOException {
    return Files.exists(memory) ? Set.copyOf(Files.readAllLines(memory)) : Set.of();
  }

  private static String rules(String root) throws Exception {
    Path formatter =
        Path.of(Formatter.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    Path own = Path.of(root, "config", "Format.java");
    return hash(
        Files.readAllBytes(formatter), Files.exists(own) ? Files.readAllBytes(own) : new byte[0]);
  }

  private static String hash(byte[]... parts) throws NoSuchAlgorithmException {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    for (byte[] part : parts) {
      digest.update(part);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /// The formatter breaks `///` lines over 100 columns into plain comments; wrap them before it
  /// does.
  private static String wrapDocs(String source) {
    Deque<String> rest = new ArrayDeque<>(List.of(source.split("\n", -1)));
    List<String> out = new ArrayList<>();
    while (!rest.isEmpty()) {
      String line = rest.removeFirst();
      String mark = line.substring(0, line.length() - line.stripLeading().length()) + "/// ";
      int cut = line.startsWith(mark) ? line.lastIndexOf(' ', 100) : -1;
      if (line.length() <= 100 || cut <= mark.length()) {
        out.add(line);
        continue;
      }
      out.add(line.substring(0, cut));
      String overflow = line.substring(cut + 1);
      String next = rest.isEmpty() ? "" : rest.getFirst();
      boolean continues =
          next.startsWith(mark) && !next.startsWith(mark + "@") && !next.startsWith(mark + "-");
      rest.addFirst(
          mark + overflow + (continues ? " " + rest.removeFirst().substring(mark.length()) : ""));
    }
    return String.join("\n", out);
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
