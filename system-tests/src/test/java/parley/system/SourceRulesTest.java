package parley.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreeScanner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What the sources themselves keep to: small files, few parameters, ids with types, names in one
/// place, keys that are described. What may break a rule is listed with its reason.
@Timeout(60)
class SourceRulesTest {

  private static final Path ROOT = Path.of("..");
  private static final int LINES = 300;
  private static final int PARAMETERS = 6;
  private static final int COMPONENTS = 10;

  /// By file.
  private static final Map<String, String> LONG_FILES = Map.of();

  /// By class and method.
  private static final Map<String, String> MANY_PARAMETERS =
      Map.of(
          "PresenceRelayService.new", "the contract's edge: whom each kind of request is for",
          "Sweeper.new", "all that an edge's death touches, and two times",
          "UserComings.new", "all that a coming touches, and the grace",
          "Receipts.new", "the wiring of a service's middle: all that it speaks to",
          "RoomLog.new", "the wiring of a service's middle: all that it speaks to");

  /// By record.
  private static final Map<String, String> MANY_COMPONENTS = Map.of();

  /// Where an id is a text, as it is on the wire; by class.
  private static final Map<String, String> TEXT_IDS =
      Map.of(
          "Card", "as Redis has it",
          "Change", "the client's own id for a request: a text of any form",
          "Claims", "as the token says it; signing in makes it an id",
          "PresenceSnapshot", "an edge's name, which it makes itself",
          "Recoveries", "an edge's name, which it makes itself",
          "Signal", "as the bus says it",
          "Topic", "the bus knows no chat: its channels are named by texts");

  private static List<Source> sources;

  @BeforeAll
  static void parse() throws IOException {
    List<Path> paths;
    try (Stream<Path> walk = Files.walk(ROOT)) {
      paths =
          walk.filter(p -> p.toString().matches(".*/src/(main|test)/java/.*\\.java"))
              .filter(p -> !p.toString().contains("/target/"))
              .sorted()
              .toList();
    }
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    List<Source> parsed = new ArrayList<>();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null, files, null, null, null, files.getJavaFileObjectsFromPaths(paths));
      for (CompilationUnitTree unit : task.parse()) {
        parsed.add(new Source(Path.of(unit.getSourceFile().getName()), unit));
      }
    }
    assertTrue(parsed.size() > 300, () -> "only " + parsed.size() + " files were found");
    sources = parsed;
  }

  /// @param found what breaks a rule, and how
  private static void compare(Map<String, String> found, Map<String, String> allowed) {
    Map<String, String> broken = new TreeMap<>(found);
    allowed.keySet().forEach(broken::remove);
    assertEquals(Map.of(), broken);
  }

  @Test
  void noFileIsLong() throws IOException {
    Map<String, String> found = new TreeMap<>();
    for (Source source : sources) {
      long lines;
      try (Stream<String> all = Files.lines(source.path())) {
        lines = all.count();
      }
      if (lines > LINES) {
        found.put(source.name(), lines + " lines");
      }
    }
    compare(found, LONG_FILES);
  }

  @Test
  void nothingTakesManyParameters() {
    Map<String, String> found = new TreeMap<>();
    everyMethod(
        (place, method) -> {
          int count = method.getParameters().size();
          if (count > PARAMETERS) {
            found.put(place, count + " parameters");
          }
        });
    compare(found, MANY_PARAMETERS);
  }

  private interface MethodVisitor {
    void method(String place, MethodTree method);
  }

  private static void everyMethod(MethodVisitor visitor) {
    for (Source source : sources) {
      new TreeScanner<Void, Void>() {
        private String in = "";

        @Override
        public Void visitClass(ClassTree type, Void unused) {
          String before = in;
          in = type.getSimpleName().isEmpty() ? in : type.getSimpleName().toString();
          super.visitClass(type, null);
          in = before;
          return null;
        }

        @Override
        public Void visitMethod(MethodTree method, Void unused) {
          String name = method.getName().contentEquals("<init>") ? "new" : method.getName() + "";
          visitor.method(in + "." + name, method);
          return super.visitMethod(method, null);
        }
      }.scan(source.unit(), null);
    }
  }

  private static boolean isOfInstances(VariableTree field) {
    return !field.getModifiers().getFlags().contains(Modifier.STATIC);
  }

  private interface TypeVisitor {
    void type(Source source, ClassTree type, List<VariableTree> fields);
  }

  private static void everyType(TypeVisitor visitor) {
    for (Source source : sources) {
      new TreeScanner<Void, Void>() {
        @Override
        public Void visitClass(ClassTree type, Void unused) {
          visitor.type(
              source,
              type,
              type.getMembers().stream()
                  .filter(VariableTree.class::isInstance)
                  .map(VariableTree.class::cast)
                  .filter(SourceRulesTest::isOfInstances)
                  .toList());
          return super.visitClass(type, null);
        }
      }.scan(source.unit(), null);
    }
  }

  @Test
  void noRecordHasManyComponents() {
    Map<String, String> found = new TreeMap<>();
    everyType(
        (source, type, fields) -> {
          if (type.getKind() == Tree.Kind.RECORD && fields.size() > COMPONENTS) {
            found.put(type.getSimpleName().toString(), fields.size() + " components");
          }
        });
    compare(found, MANY_COMPONENTS);
  }

  /// A room's id is no user's: the compiler knows, where ids are no texts.
  @Test
  void idsHaveTypes() {
    Map<String, String> found = new TreeMap<>();
    everyType(
        (source, type, fields) -> {
          for (VariableTree field : fields) {
            boolean isId = field.getName().toString().matches(".+Ids?");
            boolean isText =
                field.getType() != null && field.getType().toString().contains("String");
            if (source.isMain() && isId && isText) {
              found.merge(source.name(), field.getName().toString(), (a, b) -> a + ", " + b);
            }
          }
        });
    compare(found, TEXT_IDS);
  }

  @Test
  void wireNamesAreSpeltInTheVocabularyAlone() {
    Set<String> names =
        sources.stream()
            .filter(s -> s.name().equals("ClientEvents") || s.name().equals("ServerEvents"))
            .flatMap(s -> s.literals().stream())
            .filter(name -> name.matches("[a-z]+(-[a-z]+)+"))
            .collect(Collectors.toSet());
    assertTrue(names.size() > 20, () -> "only " + names);
    Map<String, String> found = new TreeMap<>();
    for (Source source : sources) {
      boolean elsewhere =
          source.path().toString().contains("/edge/src/")
              && !source.inPackage().equals("parley.edge.vocabulary");
      if (source.isMain() && elsewhere) {
        source.literals().stream()
            .filter(names::contains)
            .forEach(n -> found.put(source.name(), n));
      }
    }
    compare(found, Map.of());
  }

  /// Keys begin with a name and a hash tag, or stand in a class of keys.
  @Test
  void everyRedisKeyIsDescribed() throws IOException {
    String page = Files.readString(ROOT.resolve("docs/redis.md"));
    Pattern tagged = Pattern.compile("([a-z_-]+:\\{).*");
    Map<String, String> found = new TreeMap<>();
    int keys = 0;
    for (Source source : sources) {
      if (!source.isMain() || source.inPackage().startsWith("parley.fanout")) {
        continue; // channels have a table
      }
      for (String literal : source.literals()) {
        Matcher key = tagged.matcher(literal);
        boolean named = source.name().endsWith("Keys") && literal.matches("[a-z]+(_[a-z]+)+");
        String begins = key.matches() ? key.group(1) : literal;
        if (key.matches() || named) {
          keys++;
          if (!page.contains("`" + begins)) {
            found.put(source.name(), begins);
          }
        }
      }
    }
    assertTrue(keys > 5, "keys were found");
    compare(found, Map.of());
  }
}
