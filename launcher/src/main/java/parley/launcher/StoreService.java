package parley.launcher;

import java.io.IOException;
import java.net.BindException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import parley.embedded.mongo.EmbeddedMongo;
import parley.process.ListenAddress;
import parley.process.Service;

/// The embedded store as a service. When its disk refused a sync it serves no longer: the process
/// that comes after it reads what the disk has.
final class StoreService implements Service {

  private final Path folder;
  private final int port;
  private final boolean fsync;
  private volatile @Nullable EmbeddedMongo mongo;

  StoreService(Path folder, int port, boolean fsync) {
    this.folder = folder;
    this.port = port;
    this.fsync = fsync;
  }

  /// @throws IOException when the port is taken, or the folder cannot be read, is in use or damaged
  @Override
  public void start() throws IOException {
    try {
      mongo = EmbeddedMongo.start(folder, port, fsync);
    } catch (BindException e) {
      throw new ListenAddress("127.0.0.1", port).refused(e);
    }
  }

  @Override
  public boolean serves() {
    EmbeddedMongo started = mongo;
    return started != null && started.serves();
  }

  @Override
  public void close() {
    EmbeddedMongo started = mongo;
    if (started != null) {
      started.close();
    }
  }
}
