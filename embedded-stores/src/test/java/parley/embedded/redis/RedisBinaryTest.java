package parley.embedded.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RedisBinaryTest {

  @TempDir Path shared;

  @Test
  void itIsKeptInAFolderThatNobodyElseCanOpen() throws Exception {
    Path binary = RedisBinary.in(shared, "ana");
    assertEquals(shared.resolve("parley-ana"), binary.getParent());
    assertEquals(
        "rwx------",
        PosixFilePermissions.toString(Files.getPosixFilePermissions(binary.getParent())));
    assertEquals(binary, RedisBinary.in(shared, "ana"));
  }

  @Test
  void whatOthersCouldHavePutThereIsNotRun() throws Exception {
    Path folder = Files.createDirectory(shared.resolve("parley-ana"));
    Path planted = folder.resolve(RedisBinary.in(shared, "ben").getFileName());
    Files.writeString(planted, "#!/bin/sh\n");
    assertTrue(planted.toFile().setExecutable(true));
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    Path binary = RedisBinary.in(shared, "ana");
    assertNotEquals(planted, binary);
    assertTrue(Files.size(binary) > 1_000_000);
  }

  @Test
  void aLinkToAFolderIsNotFollowed() throws Exception {
    Path elsewhere = Files.createDirectory(shared.resolve("elsewhere"));
    Files.createSymbolicLink(shared.resolve("parley-ana"), elsewhere);
    Path binary = RedisBinary.in(shared, "ana");
    assertNotEquals(shared.resolve("parley-ana"), binary.getParent());
    assertEquals(0, elsewhere.toFile().list().length);
  }
}
