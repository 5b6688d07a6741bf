package parley.embedded.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class RedisBinaryTest {

  private Path home;

  @BeforeEach
  void home(@TempDir Path temporary) throws Exception {
    home = Files.createDirectory(temporary.toRealPath().resolve("home"));
    permit(home, "rwx------");
  }

  private static void permit(Path path, String permissions) throws Exception {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
  }

  private static boolean isPlanted(Path binary) throws Exception {
    return Files.size(binary) < 100;
  }

  private static Path plant(Path folder) throws Exception {
    Path genuine = RedisBinary.in(folder);
    Files.writeString(genuine, "#!/bin/sh\necho planted\n");
    return genuine;
  }

  @Test
  void isInTheFolderOnceAndForItsOwnerAlone() throws Exception {
    Path binary = RedisBinary.in(home.resolve("parley"));
    assertEquals(home.resolve("parley"), binary.getParent());
    assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(binary)));
    assertEquals(Files.getLastModifiedTime(binary), modifiedAfterAsking(home.resolve("parley")));
  }

  private static Object modifiedAfterAsking(Path folder) throws Exception {
    return Files.getLastModifiedTime(RedisBinary.in(folder));
  }

  @Test
  void aPlantedExecutableIsNotStarted() throws Exception {
    Path planted = plant(home.resolve("parley"));
    assertTrue(isPlanted(planted));
    assertFalse(isPlanted(RedisBinary.in(home.resolve("parley"))));
  }

  @Test
  void aFolderThatOthersCanWriteToIsNotUsed() throws Exception {
    Path folder = home.resolve("parley");
    plant(folder);
    permit(folder, "rwxrwxrwx");
    Path elsewhere = RedisBinary.in(folder);
    assertNotEquals(folder, elsewhere.getParent());
    assertFalse(isPlanted(elsewhere));
    permit(folder, "rwx------");
    permit(home, "rwxrwx---");
    assertNotEquals(folder, RedisBinary.in(folder).getParent());
  }

  @Test
  void aLinkInPlaceOfTheFolderOrTheExecutableIsNotFollowed() throws Exception {
    Path theirs = Files.createDirectory(home.resolve("theirs"));
    plant(theirs);
    Files.createSymbolicLink(home.resolve("parley"), theirs);
    assertNotEquals(home.resolve("parley"), RedisBinary.in(home.resolve("parley")).getParent());

    Path ours = Files.createDirectory(home.resolve("ours"));
    Path binary = RedisBinary.in(ours);
    Path genuine = Files.move(binary, home.resolve("genuine"));
    Files.createSymbolicLink(binary, genuine);
    assertTrue(Files.isRegularFile(RedisBinary.in(ours), java.nio.file.LinkOption.NOFOLLOW_LINKS));
  }
}
