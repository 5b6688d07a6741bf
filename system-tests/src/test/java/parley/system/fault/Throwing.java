package parley.system.fault;

import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/// Lets code in running processes throw where it never should: takes {@link Thrower} there.
final class Throwing {

  private static Path agent; // guarded by the class

  private Throwing() {}

  /// In that process, one call of `odds` throws from now on.
  ///
  /// @param odds 0 = none
  /// @return how many threw before, or -1 when the process is gone
  static int oneOf(int odds, long pid) throws Exception {
    try {
      VirtualMachine process = VirtualMachine.attach(Long.toString(pid));
      try {
        process.loadAgent(agent().toString(), Integer.toString(odds));
        if (process.getSystemProperties().getProperty(Thrower.WOVEN, "0").equals("0")) {
          throw new IllegalStateException("there is nothing that could throw");
        }
        return Integer.parseInt(process.getSystemProperties().getProperty(Thrower.THROWN));
      } finally {
        process.detach();
      }
    } catch (IOException e) {
      if (ProcessHandle.of(pid).isEmpty()) {
        return -1;
      }
      throw e;
    }
  }

  private static synchronized Path agent() throws IOException {
    Path known = agent;
    if (known == null) {
      known = Files.createTempFile("parley-thrower-", ".jar");
      known.toFile().deleteOnExit();
      write(known);
      agent = known;
    }
    return known;
  }

  private static void write(Path jar) throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().putValue("Agent-Class", Thrower.class.getName());
    manifest.getMainAttributes().putValue("Can-Retransform-Classes", "true");
    String file = Thrower.class.getName().replace('.', '/') + ".class";
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream entries = new JarOutputStream(out, manifest);
        InputStream code = Thrower.class.getClassLoader().getResourceAsStream(file)) {
      entries.putNextEntry(new JarEntry(file));
      code.transferTo(entries);
    }
  }
}
