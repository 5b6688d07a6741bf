package parley.embedded.mongo;

import de.bwaldvogel.mongo.MongoDatabase;
import de.bwaldvogel.mongo.backend.h2.H2Backend;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.wire.message.MongoMessage;
import java.util.Set;
import org.h2.mvstore.MVStore;

/// mongo-java-server's H2 backend, with ordered indexes and answers to journaled writes held until
/// they are committed.
final class IndexedBackend extends H2Backend {

  private static final Set<String> WRITES =
      Set.of("insert", "update", "delete", "findandmodify", "createindexes", "create", "drop");

  private final GroupCommit commits;

  IndexedBackend(MVStore store, GroupCommit commits) {
    super(store);
    this.commits = commits;
  }

  @Override
  protected MongoDatabase openOrCreateDatabase(String name) {
    return new IndexedDatabase(name, getMvStore(), getCursorRegistry());
  }

  @Override
  public Document handleMessage(MongoMessage message) {
    Document answer = super.handleMessage(message);
    if (isDurableWrite(message.getDocument())) {
      commits.await();
    }
    return answer;
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
