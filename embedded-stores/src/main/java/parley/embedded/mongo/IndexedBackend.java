package parley.embedded.mongo;

import de.bwaldvogel.mongo.MongoDatabase;
import de.bwaldvogel.mongo.backend.AbstractMongoBackend;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.exception.MongoServerError;
import de.bwaldvogel.mongo.wire.message.MongoMessage;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// mongo-java-server over our journal and ordered indexes. With a group commit, answers to
/// journaled writes are held until they are on the disk.
final class IndexedBackend extends AbstractMongoBackend {

  private static final Set<String> WRITES =
      Set.of("insert", "update", "delete", "findandmodify", "createindexes", "create", "drop");

  private final Journal journal;
  private final @Nullable GroupCommit commits;

  /// @param commits null when the operating system's word is enough
  IndexedBackend(Journal journal, @Nullable GroupCommit commits) {
    super(defaultClock());
    this.journal = journal;
    this.commits = commits;
    journal.names().stream()
        .map(full -> full.substring(0, full.indexOf('.')))
        .distinct()
        .forEach(this::resolveDatabase);
  }

  @Override
  protected MongoDatabase openOrCreateDatabase(String name) {
    return new IndexedDatabase(name, journal, getCursorRegistry());
  }

  @Override
  public Document handleMessage(MongoMessage message) {
    Document answer;
    try {
      answer = super.handleMessage(message);
    } catch (NoRoomException e) {
      throw IndexedCollection.noRoom(e);
    }
    if (commits != null && isDurableWrite(message.getDocument())) {
      await(commits);
    }
    return answer;
  }

  /// What is not on the disk, and never may be, is neither done nor refused: a code that says
  /// nothing of the write, so that whoever asked asks again.
  private static void await(GroupCommit commits) {
    try {
      commits.await();
    } catch (IllegalStateException e) {
      throw new MongoServerError(91, "ShutdownInProgress", e.getMessage(), e);
    }
  }

  private static boolean isDurableWrite(Document command) {
    if (command.isEmpty()) {
      return false;
    }
    String name = command.keySet().iterator().next().toLowerCase(java.util.Locale.ROOT);
    if (!WRITES.contains(name)) {
      return false;
    }
    if (!(command.get("writeConcern") instanceof Document concern)) {
      return true;
    }
    boolean weak = concern.get("w") instanceof Number w && w.intValue() <= 1;
    return !weak || Boolean.TRUE.equals(concern.get("j"));
  }
}
