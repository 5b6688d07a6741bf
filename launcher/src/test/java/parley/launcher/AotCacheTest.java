package parley.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A cache is used by the build and the JVM that it was made for.
class AotCacheTest {

  @TempDir Path root;
  private Path jar;
  private Path library;

  @BeforeEach
  void build() throws IOException {
    jar = Files.writeString(root.resolve("parley.jar"), "one");
    library = Files.createDirectory(root.resolve("libs")).resolve("library.jar");
    Files.writeString(library, "one");
    made(cache("25"));
  }

  private AotCache cache(String jvm) {
    return AotCache.of(root, jvm, List.of(jar));
  }

  private void made(AotCache cache) throws IOException {
    Path made = Files.createTempDirectory(root, "training-");
    Files.writeString(made.resolve("EdgeMain.aot"), "learnt");
    cache.put(made);
  }

  @Test
  void theSameBuildFindsTheFilesOfItsProcesses() {
    assertTrue(cache("25").exists());
    assertTrue(cache("25").file("parley.edge.EdgeMain").isPresent());
    assertEquals(Optional.empty(), cache("25").file("parley.core.CoreMain"));
  }

  @Test
  void anotherJvmJarOrLibraryHasNone() throws IOException {
    assertFalse(cache("25.0.1").exists());
    FileTime before = Files.getLastModifiedTime(library);
    Files.setLastModifiedTime(library, FileTime.fromMillis(before.toMillis() + 1_000));
    assertFalse(cache("25").exists());
    Files.setLastModifiedTime(library, before);
    assertTrue(cache("25").exists());
    Files.writeString(jar, "another");
    assertFalse(cache("25").exists());
  }

  @Test
  void aNewOneTakesThePlaceOfThoseOfOtherBuilds() throws IOException {
    made(cache("26"));
    assertTrue(cache("26").exists());
    assertFalse(cache("25").exists());
    made(cache("26"));
    assertTrue(cache("26").exists());
  }
}
