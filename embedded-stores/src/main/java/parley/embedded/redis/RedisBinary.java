package parley.embedded.redis;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The executable of redis-server, taken out of a dependency's jar.
///
/// It is kept in a folder of this user's under the temporary folder, which everybody may write to:
/// what lies there is only run if the folder is ours and nobody else can write into it. Where it is
/// not, a new folder that nobody could foresee takes its place.
final class RedisBinary {

  private static final Set<PosixFilePermission> OF_OTHERS =
      EnumSet.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);

  private static @Nullable Path known;

  private RedisBinary() {}

  /// @throws IOException when there is none for this machine, or it cannot be written
  static synchronized Path path() throws IOException {
    Path found = known;
    if (found == null || !Files.isExecutable(found)) {
      found = in(Path.of(System.getProperty("java.io.tmpdir")), property("user.name"));
      known = found;
    }
    return found;
  }

  /// @param shared the temporary folder
  static Path in(Path shared, String user) throws IOException {
    String os = property("os.name").startsWith("mac") ? "darwin" : "linux";
    String arch = property("os.arch").matches("aarch64|arm64") ? "arm64" : "amd64";
    String resource = "redis-server-7.0.15-" + os + "-" + arch;
    Path usual = shared.resolve("parley-" + user);
    Path folder = isOurs(usual) ? usual : Files.createTempDirectory(shared, "parley-");
    Path binary = folder.resolve(resource);
    return Files.isExecutable(binary) ? binary : extracted(resource, folder, binary);
  }

  /// True when the folder, made now or before, belongs to who runs this, and nobody else may write
  /// there. A link is nobody's.
  private static boolean isOurs(Path folder) throws IOException {
    try {
      Files.createDirectory(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } catch (FileAlreadyExistsException e) {
      // looked at below, whoever made it
    }
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS) || !Files.isWritable(folder)) {
      return false;
    }
    Path mine = Files.createTempFile(folder, "owner", ".tmp");
    try {
      return Files.getOwner(folder).equals(Files.getOwner(mine))
          && Files.getPosixFilePermissions(folder).stream().noneMatch(OF_OTHERS::contains);
    } finally {
      Files.delete(mine);
    }
  }

  private static Path extracted(String resource, Path folder, Path binary) throws IOException {
    Path fresh = Files.createTempFile(folder, "redis", ".tmp");
    try (InputStream in = RedisBinary.class.getResourceAsStream("/" + resource)) {
      if (in == null) {
        throw new IOException("no " + resource + " for this machine; give a Redis by URL");
      }
      Files.copy(in, fresh, StandardCopyOption.REPLACE_EXISTING);
    }
    if (!fresh.toFile().setExecutable(true)) {
      throw new IOException("cannot make " + fresh + " executable");
    }
    return Files.move(fresh, binary, StandardCopyOption.ATOMIC_MOVE);
  }

  private static String property(String name) {
    return System.getProperty(name, "").toLowerCase(Locale.ROOT);
  }
}
