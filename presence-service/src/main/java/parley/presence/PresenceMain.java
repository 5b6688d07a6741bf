package parley.presence;

import io.helidon.logging.common.LogConfig;
import parley.process.ServiceProcess;

/// Starts one presence node: `java -jar parley-presence-service.jar`. Settings come from the
/// environment, then from `parley.yaml` in the working directory. SIGTERM stops it.
public final class PresenceMain {

  private PresenceMain() {}

  public static void main(String[] args) {
    LogConfig.configureRuntime();
    ServiceProcess.run(
        "presence-service", settings -> new PresenceService(PresenceConfig.from(settings)));
  }
}
