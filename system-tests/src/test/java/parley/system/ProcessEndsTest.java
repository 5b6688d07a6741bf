package parley.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import parley.embedded.mongo.EmbeddedMongo;
import parley.embedded.redis.EmbeddedRedis;

/// The services as processes that cannot serve: they say why, and end, so that whoever supervises
/// them knows.
@Timeout(120)
class ProcessEndsTest {

  @TempDir Path folder;

  private String ends(String main, int status, Map<String, String> settings) throws Exception {
    Path said = folder.resolve("said");
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx128m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:+ExitOnOutOfMemoryError",
            "-cp",
            System.getProperty("java.class.path"),
            main);
    builder.directory(folder.toFile()).redirectErrorStream(true).redirectOutput(said.toFile());
    builder.environment().remove("JDK_JAVA_OPTIONS"); // the JVM would say that it saw them
    builder.environment().put("SERVICE_TOKEN", "a secret of tests");
    builder.environment().put("JWT_SECRET", "another secret of tests");
    builder.environment().putAll(settings);
    Process process = builder.start();
    try {
      assertTrue(process.waitFor(90, TimeUnit.SECONDS), "it did not end");
    } finally {
      process.destroyForcibly();
    }
    String text = Files.readString(said, UTF_8);
    assertEquals(status, process.exitValue(), text);
    return text;
  }

  @Test
  void aServiceWhosePortIsTakenSaysSoAndEnds() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        EmbeddedRedis redis =
            EmbeddedRedis.start(folder.resolve("redis"), EmbeddedRedis.freePort(), "--save", "");
        EmbeddedMongo mongo =
            EmbeddedMongo.start(folder.resolve("store"), EmbeddedRedis.freePort(), false)) {
      String port = Integer.toString(taken.getLocalPort());
      Map<String, String> settings = new HashMap<>();
      settings.put("REDIS_URL", redis.url());
      settings.put("MONGODB_URI", mongo.uri());
      settings.put("SOCKET_HOST", "127.0.0.1");
      settings.put("SOCKET_PORT", port);
      settings.put("CORE_PORT", port);
      settings.put("PRESENCE_PORT", port);
      String words = ": cannot listen on 127.0.0.1, port " + port + ": Address already in use";
      assertTrue(ends("parley.edge.EdgeMain", 1, settings).contains("edge" + words));
      assertTrue(ends("parley.core.CoreMain", 1, settings).contains("core-service" + words));
      assertTrue(
          ends("parley.presence.PresenceMain", 1, settings).contains("presence-service" + words));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "parley.edge.EdgeMain,edge",
    "parley.core.CoreMain,core-service",
    "parley.presence.PresenceMain,presence-service"
  })
  void aServiceThatIsToldWhatItDoesNotKnowSaysSoAndEnds(String main, String name) throws Exception {
    assertEquals(
        name + ": there is no setting SOCKET_PROT; did you mean SOCKET_PORT?",
        ends(main, 2, Map.of("SOCKET_PROT", "1")).strip());
  }
}
