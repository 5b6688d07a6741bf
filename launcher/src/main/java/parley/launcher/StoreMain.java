package parley.launcher;

import java.nio.file.Path;
import parley.embedded.mongo.EmbeddedMongo;

/// The embedded store as a process: `StoreMain FOLDER PORT FSYNC`.
public final class StoreMain {

  private StoreMain() {}

  public static void main(String[] args) throws Exception {
    io.helidon.logging.common.LogConfig.configureRuntime();
    EmbeddedMongo mongo =
        EmbeddedMongo.start(
            Path.of(args[0]), Integer.parseInt(args[1]), Boolean.parseBoolean(args[2]));
    Runtime.getRuntime().addShutdownHook(new Thread(mongo::close, "shutdown"));
    Thread.currentThread().join();
  }
}
