package parley.core;

import io.helidon.config.Config;
import io.helidon.config.ConfigSources;
import io.helidon.logging.common.LogConfig;

/// Starts one core node: `java -jar parley-core-service.jar`. Settings come from the environment,
/// then from `parley.yaml` in the working directory. SIGTERM stops it.
public final class CoreMain {

  private CoreMain() {}

  public static void main(String[] args) throws Exception {
    LogConfig.configureRuntime();
    CoreConfig config;
    try {
      config = CoreConfig.from(settings());
    } catch (IllegalArgumentException e) {
      System.err.println("core-service: " + e.getMessage());
      System.exit(2);
      return;
    }
    CoreService service = new CoreService(config);
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
