package parley.launcher;

import java.io.IOException;
import java.util.List;
import parley.core.CoreConfig;
import parley.core.CoreService;
import parley.edge.EdgeConfig;
import parley.edge.EdgeService;
import parley.presence.PresenceConfig;
import parley.presence.PresenceService;
import parley.process.Service;
import parley.process.Settings;

/// All services in this process, for small machines. They still speak over the network.
final class OneJvm {

  private OneJvm() {}

  /// @param started gets each service before it starts, also when a later one does not
  /// @throws IllegalArgumentException when a setting is wrong
  static void start(Options options, List<Service> started)
      throws IOException, InterruptedException {
    if (options.mongodb().isEmpty()) {
      StoreService store =
          new StoreService(
              options.data().resolve("store"), options.ports().store(), options.fsync());
      started.add(store);
      store.start();
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
  }
}
