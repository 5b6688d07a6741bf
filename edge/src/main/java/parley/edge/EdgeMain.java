package parley.edge;

import io.helidon.config.Config;
import io.helidon.config.ConfigSources;
import io.helidon.logging.common.LogConfig;

/// Starts one edge: `java -jar parley-edge.jar`. Settings come from the environment,
/// then from `parley.yaml` in the working directory. SIGTERM stops it.
public final class EdgeMain {

  private EdgeMain() {}

  public static void main(String[] args) throws Exception {
    LogConfig.configureRuntime();
    EdgeConfig config;
    try {
      config = EdgeConfig.from(settings());
    } catch (IllegalArgumentException e) {
      System.err.println("edge: " + e.getMessage());
      System.exit(2);
      return;
    }
    EdgeService service = new EdgeService(config);
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
