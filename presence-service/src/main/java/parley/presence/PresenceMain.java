package parley.presence;

import io.helidon.config.Config;
import io.helidon.config.ConfigSources;
import io.helidon.logging.common.LogConfig;

/// Starts one presence node: `java -jar parley-presence-service.jar`. Settings come from the
/// environment, then from `parley.yaml` in the working directory. SIGTERM stops it.
public final class PresenceMain {

  private PresenceMain() {}

  public static void main(String[] args) throws Exception {
    LogConfig.configureRuntime();
    PresenceConfig config;
    try {
      config = PresenceConfig.from(settings());
    } catch (IllegalArgumentException e) {
      System.err.println("presence-service: " + e.getMessage());
      System.exit(2);
      return;
    }
    PresenceService service = new PresenceService(config);
    Runtime.getRuntime().addShutdownHook(new Thread(service::close, "shutdown"));
    service.start();
    Thread.currentThread().join();
  }

  private static Config settings() {
    return Config.builder()
        .disableSystemPropertiesSource()
        .sources(ConfigSources.file("parley.yaml").optional())
        .build();
  }
}
