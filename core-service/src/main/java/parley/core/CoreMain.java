package parley.core;

import io.helidon.logging.common.LogConfig;
import parley.process.ServiceProcess;

/// Starts one core node: `java -jar parley-core-service.jar`. Settings come from the environment,
/// then from `parley.yaml` in the working directory. SIGTERM stops it.
public final class CoreMain {

  private CoreMain() {}

  public static void main(String[] args) {
    LogConfig.configureRuntime();
    ServiceProcess.run("core-service", settings -> new CoreService(CoreConfig.from(settings)));
  }
}
