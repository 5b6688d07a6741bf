package parley.edge.conformance;

import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import parley.edge.engineio.EngineConfig;

/// A server that gives out a cookie and compresses from one kilobyte on.
@Timeout(60)
abstract class MannersFixture {

  static final String PATH = "/engine.io/";
  static ProtocolServer server;
  static Polls polls;

  @BeforeAll
  static void start() {
    server =
        ProtocolServer.start(
            config ->
                new EngineConfig(
                    config.path(),
                    ProtocolServer.slow(config).heartbeat(),
                    config.sizes(),
                    config.transports(),
                    new EngineConfig.Http(1_024, "io")));
    polls = new Polls(server, PATH);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  static String header(HttpResponse<?> response, String name) {
    return String.join("|", response.headers().allValues(name));
  }
}
