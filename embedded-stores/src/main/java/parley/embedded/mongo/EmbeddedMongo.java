package parley.embedded.mongo;

import de.bwaldvogel.mongo.MongoServer;
import java.io.IOException;
import java.net.BindException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// A running stand-in for MongoDB on a folder of files. A write that asks for the journal or for a
/// majority is answered after it was handed to the operating system, so killing this process, or
/// all of Parley's, loses nothing that was acknowledged; with `fsync` a crash of the machine does
/// not either.
public final class EmbeddedMongo implements AutoCloseable {

  private final Journal journal;
  private final @Nullable GroupCommit commits;
  private final MongoServer server;
  private final int port;

  private EmbeddedMongo(
      Journal journal, @Nullable GroupCommit commits, MongoServer server, int port) {
    this.journal = journal;
    this.commits = commits;
    this.server = server;
    this.port = port;
  }

  /// Opens the folder and listens on 127.0.0.1.
  ///
  /// @param port 0 = any free one
  /// @throws BindException when the port cannot be had
  /// @throws IOException when the folder cannot be made or read, is in use or is damaged; its files
  ///     are as they were then
  public static EmbeddedMongo start(Path folder, int port, boolean fsync) throws IOException {
    Files.createDirectories(folder);
    return start(Journal.open(folder), port, fsync);
  }

  static EmbeddedMongo start(Journal journal, int port, boolean fsync) throws BindException {
    GroupCommit commits = fsync ? new GroupCommit(journal::force) : null;
    MongoServer server = new MongoServer(new IndexedBackend(journal, commits));
    try {
      server.bind("127.0.0.1", port);
    } catch (Exception e) { // Netty throws checked ones as well, without saying so
      server.shutdownNow();
      closeAll(journal, commits);
      if (e instanceof IOException) {
        throw cannotBind(e);
      }
      throw e;
    }
    return new EmbeddedMongo(journal, commits, server, server.getLocalAddress().getPort());
  }

  private static BindException cannotBind(Exception e) {
    BindException said = new BindException(e.getMessage());
    said.initCause(e);
    return said;
  }

  /// Does a store run on this folder, in this process or another?
  public static boolean isInUse(Path folder) throws IOException {
    return Journal.isInUse(folder);
  }

  /// For a MongoDB driver; names the database `parley`.
  public String uri() {
    return "mongodb://127.0.0.1:" + port + "/parley";
  }

  /// The port in use.
  public int port() {
    return port;
  }

  /// False when the disk refused a sync: writes are not answered any more, and only who reads the
  /// folder anew knows what it has.
  public boolean serves() {
    return commits == null || commits.serves();
  }

  /// Stops listening, writes what is left, closes the file.
  @Override
  public void close() {
    server.shutdownNow();
    closeAll(journal, commits);
  }

  private static void closeAll(Journal journal, @Nullable GroupCommit commits) {
    if (commits != null) {
      commits.close();
    }
    journal.close();
  }
}
