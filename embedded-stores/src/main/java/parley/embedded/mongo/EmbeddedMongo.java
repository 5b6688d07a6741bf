package parley.embedded.mongo;

import de.bwaldvogel.mongo.MongoServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.h2.mvstore.MVStore;

/// A running stand-in for MongoDB on a folder of files. A write that asks for the journal or for a
/// majority is answered after it was handed to the operating system, so killing this process, or
/// all of Parley's, loses nothing that was acknowledged; with `fsync` a crash of the machine does
/// not either.
public final class EmbeddedMongo implements AutoCloseable {

  private final MVStore store;
  private final GroupCommit commits;
  private final MongoServer server;
  private final int port;

  private EmbeddedMongo(MVStore store, GroupCommit commits, MongoServer server, int port) {
    this.store = store;
    this.commits = commits;
    this.server = server;
    this.port = port;
  }

  /// Opens the folder and listens on 127.0.0.1.
  ///
  /// @param port 0 = any free one
  /// @throws IOException when the folder cannot be made
  /// @throws RuntimeException when another process has the folder open, or the port is taken
  public static EmbeddedMongo start(Path folder, int port, boolean fsync) throws IOException {
    Files.createDirectories(folder);
    MVStore store =
        new MVStore.Builder()
            .fileName(folder.resolve("parley.mv").toString())
            .cacheSize(16)
            .pageSplitSize(4 * 1024)
            .autoCommitDisabled()
            .open();
    GroupCommit commits = new GroupCommit(store, fsync);
    MongoServer server = new MongoServer(new IndexedBackend(store, commits));
    try {
      server.bind("127.0.0.1", port);
    } catch (RuntimeException e) {
      commits.close();
      store.closeImmediately();
      throw e;
    }
    return new EmbeddedMongo(store, commits, server, server.getLocalAddress().getPort());
  }

  /// For a MongoDB driver; names the database `parley`.
  public String uri() {
    return "mongodb://127.0.0.1:" + port + "/parley";
  }

  /// The port in use.
  public int port() {
    return port;
  }

  /// Stops listening, writes what is left, closes the file.
  @Override
  public void close() {
    server.shutdownNow();
    commits.close();
    if (!store.isClosed()) {
      store.close();
    }
  }
}
