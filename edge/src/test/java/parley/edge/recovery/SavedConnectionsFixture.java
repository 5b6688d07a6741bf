package parley.edge.recovery;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import parley.edge.RedisFixture;
import parley.proto.recovery.SavedConnection;

/// On a real Redis.
@Timeout(60)
abstract class SavedConnectionsFixture extends RedisFixture {

  static final RecoveryConfig CONFIG =
      new RecoveryConfig(true, Duration.ofMinutes(2), 1_000, 512 * 1024, List.of());

  SavedConnections saved;
  final List<String> taken = new CopyOnWriteArrayList<>();
  final Map<String, SavedConnection> lasting = new ConcurrentHashMap<>();

  @BeforeEach
  void open() {
    saved = new SavedConnections(redis, "edge", CONFIG);
  }

  @AfterEach
  void close() {
    saved.close();
    redis.configSet("maxmemory", "0");
  }

  SavedConnections.Lasting lasting() {
    return new SavedConnections.Lasting() {
      @Override
      public Collection<String> pids() {
        return lasting.keySet();
      }

      @Override
      public void saveAgain(String pid) {
        saved.save(pid, () -> lasting.get(pid));
      }

      @Override
      public void taken(String pid) {
        taken.add(pid);
      }
    };
  }

  /// What was heard of savings.
  static final class Verdicts implements SaveListener {
    final List<String> heard = new CopyOnWriteArrayList<>();

    @Override
    public void saved() {
      heard.add("saved");
    }

    @Override
    public void notSaved() {
      heard.add("not saved");
    }
  }

  static SavedConnection connection(String user, long generation) {
    return SavedConnection.newBuilder().setUserId(user).setGeneration(generation).build();
  }
}
