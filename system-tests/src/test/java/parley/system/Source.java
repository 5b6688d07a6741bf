package parley.system;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.util.TreeScanner;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A file of ours, as the compiler reads it.
record Source(Path path, CompilationUnitTree unit) {

  boolean isMain() {
    return path.toString().contains("/src/main/");
  }

  String name() {
    return path.getFileName().toString().replace(".java", "");
  }

  String inPackage() {
    return String.valueOf(unit.getPackageName());
  }

  /// All texts that are spelt in it.
  List<String> literals() {
    List<String> literals = new ArrayList<>();
    new TreeScanner<Void, Void>() {
      @Override
      public Void visitLiteral(LiteralTree literal, Void unused) {
        if (literal.getValue() instanceof String text) {
          literals.add(text);
        }
        return null;
      }
    }.scan(unit, null);
    return literals;
  }
}
