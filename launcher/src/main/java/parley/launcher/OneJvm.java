package parley.launcher;

import io.helidon.config.Config;
import io.helidon.config.ConfigSources;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import parley.core.CoreConfig;
import parley.core.CoreService;
import parley.edge.EdgeConfig;
import parley.edge.EdgeService;
import parley.embedded.mongo.EmbeddedMongo;
import parley.presence.PresenceConfig;
import parley.presence.PresenceService;

/// All services in this process, for small machines. They still speak over the network.
final class OneJvm {

  private OneJvm() {}

  static List<AutoCloseable> start(Options options) throws IOException, InterruptedException {
    List<AutoCloseable> started = new ArrayList<>();
    if (options.mongodb().isEmpty()) {
      started.add(
          EmbeddedMongo.start(
              options.data().resolve("store"), options.ports().store(), options.fsync()));
    }
    for (int i = 0; i < options.cores(); i++) {
      CoreService core = new CoreService(CoreConfig.from(config(Settings.core(options, i))));
      started.add(core);
      core.start();
    }
    for (int i = 0; i < options.presences(); i++) {
      PresenceService presence =
          new PresenceService(PresenceConfig.from(config(Settings.presence(options, i))));
      started.add(presence);
      presence.start();
    }
    for (int i = 0; i < options.edges(); i++) {
      EdgeService edge = new EdgeService(EdgeConfig.from(config(Settings.edge(options, i))));
      started.add(edge);
      edge.start();
    }
    return started;
  }

  private static Config config(Map<String, String> settings) {
    return Config.just(ConfigSources.create(Settings.asKeys(settings)));
  }
}
