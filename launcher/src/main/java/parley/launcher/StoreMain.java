package parley.launcher;

import io.helidon.logging.common.LogConfig;
import java.nio.file.Path;
import parley.process.ServiceProcess;

/// The embedded store as a process: `StoreMain FOLDER PORT FSYNC`. SIGTERM ends it.
public final class StoreMain {

  private StoreMain() {}

  public static void main(String[] args) {
    LogConfig.configureRuntime();
    ServiceProcess.run(
        "store",
        settings ->
            new StoreService(
                Path.of(args[0]), Integer.parseInt(args[1]), Boolean.parseBoolean(args[2])));
  }
}
