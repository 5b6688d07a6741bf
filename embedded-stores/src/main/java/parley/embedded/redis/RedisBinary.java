package parley.embedded.redis;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The executable of redis-server: out of a dependency's jar into a folder that nobody else can
/// write to, and started only if it is, byte by byte, what the jar holds.
///
/// The folder is `parley` in the user's cache folder (`XDG_CACHE_HOME`, else `.cache` at home);
/// where others could put something else in its place, a new temporary one, which goes with
/// this JVM.
final class RedisBinary {

  private static final Set<PosixFilePermission> OTHERS_WRITE =
      Set.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);

  private static final int STICKY = 0x200;

  private static @Nullable Path known;

  private RedisBinary() {}

  /// @throws IOException when there is none for this machine, or it cannot be written
  static synchronized Path path() throws IOException {
    Path binary = known;
    if (binary == null || !Files.exists(binary)) {
      binary = in(cacheFolder());
      known = binary;
    }
    return binary;
  }

  private static Path cacheFolder() {
    String cache = System.getenv().getOrDefault("XDG_CACHE_HOME", "");
    Path folder =
        cache.isEmpty() ? Path.of(System.getProperty("user.home", "."), ".cache") : Path.of(cache);
    return folder.resolve("parley").toAbsolutePath();
  }

  /// The executable in that folder if it is safe, else in a new one.
  static Path in(Path wanted) throws IOException {
    String name = name();
    byte[] content = content(name);
    Path folder = isOurs(wanted) ? wanted : temporary();
    Path binary = folder.resolve(name);
    if (!isWhole(binary, content)) {
      write(binary, content);
    }
    if (!folder.equals(wanted)) {
      folder.toFile().deleteOnExit();
      binary.toFile().deleteOnExit();
    }
    return binary;
  }

  private static Path temporary() throws IOException {
    return Files.createTempDirectory(
        "parley-redis-",
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }

  /// Made if absent. Is it ours, and are it and those above it closed to others?
  private static boolean isOurs(Path folder) {
    try {
      Files.createDirectories(folder);
      UserPrincipal us = us(folder);
      for (Path each = folder; each != null; each = each.getParent()) {
        if (!isClosed(each, us, each.equals(folder))) {
          return false;
        }
      }
      return true;
    } catch (IOException | UnsupportedOperationException e) {
      return false; // a home that is not there, or not to be written to
    }
  }

  /// Can nobody but us and root put another file in the place of one of ours there? In a sticky
  /// folder nobody can.
  private static boolean isClosed(Path folder, UserPrincipal us, boolean itself)
      throws IOException {
    PosixFileAttributes found =
        Files.readAttributes(folder, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    boolean owned = found.owner().equals(us) || (!itself && found.owner().getName().equals("root"));
    int mode = (int) Files.getAttribute(folder, "unix:mode", LinkOption.NOFOLLOW_LINKS);
    boolean sticky = !itself && (mode & STICKY) != 0;
    boolean written = found.permissions().stream().anyMatch(OTHERS_WRITE::contains);
    return owned && found.isDirectory() && (!written || sticky);
  }

  private static UserPrincipal us(Path folder) throws IOException {
    Path probe = Files.createTempFile(folder, "probe", ".tmp");
    try {
      return Files.getOwner(probe, LinkOption.NOFOLLOW_LINKS);
    } finally {
      Files.delete(probe);
    }
  }

  private static boolean isWhole(Path binary, byte[] content) throws IOException {
    return Files.isRegularFile(binary, LinkOption.NOFOLLOW_LINKS)
        && Files.isExecutable(binary)
        && Files.getPosixFilePermissions(binary).stream().noneMatch(OTHERS_WRITE::contains)
        && Arrays.equals(Files.readAllBytes(binary), content);
  }

  private static void write(Path binary, byte[] content) throws IOException {
    Path fresh = Files.createTempFile(binary.resolveSibling(""), "redis", ".tmp");
    Files.write(fresh, content);
    Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rwx------"));
    Files.move(fresh, binary, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static String name() {
    String os = property("os.name").startsWith("mac") ? "darwin" : "linux";
    String arch = property("os.arch").matches("aarch64|arm64") ? "arm64" : "amd64";
    return "redis-server-7.0.15-" + os + "-" + arch;
  }

  private static byte[] content(String name) throws IOException {
    try (InputStream in = RedisBinary.class.getResourceAsStream("/" + name)) {
      if (in == null) {
        throw new IOException("no " + name + " for this machine; give a Redis by URL");
      }
      return in.readAllBytes();
    }
  }

  private static String property(String name) {
    return System.getProperty(name, "").toLowerCase(Locale.ROOT);
  }
}
