package parley.launcher;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import parley.core.CoreConfig;
import parley.core.CoreService;
import parley.edge.EdgeConfig;
import parley.edge.EdgeService;
import parley.embedded.mongo.EmbeddedMongo;
import parley.presence.PresenceConfig;
import parley.presence.PresenceService;
import parley.process.Settings;

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
      CoreService core =
          new CoreService(CoreConfig.from(Settings.of(Environments.core(options, i))));
      started.add(core);
      core.start();
    }
    for (int i = 0; i < options.presences(); i++) {
      PresenceService presence =
          new PresenceService(PresenceConfig.from(Settings.of(Environments.presence(options, i))));
      started.add(presence);
      presence.start();
    }
    for (int i = 0; i < options.edges(); i++) {
      EdgeService edge =
          new EdgeService(EdgeConfig.from(Settings.of(Environments.edge(options, i))));
      started.add(edge);
      edge.start();
    }
    return started;
  }
}
