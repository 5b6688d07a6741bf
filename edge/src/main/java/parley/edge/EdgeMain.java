package parley.edge;

import io.helidon.logging.common.LogConfig;
import parley.process.ServiceProcess;

/// Starts one edge: `java -jar parley-edge.jar`. Settings come from the environment, then from
/// `parley.yaml` in the working directory. SIGTERM stops it.
public final class EdgeMain {

  private EdgeMain() {}

  public static void main(String[] args) {
    LogConfig.configureRuntime();
    ServiceProcess.run("edge", settings -> new EdgeService(EdgeConfig.from(settings)));
  }
}
