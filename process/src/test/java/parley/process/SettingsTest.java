package parley.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {

  @TempDir Path folder;

  private Settings load(String yaml, Map<String, String> environment) throws IOException {
    Path file = folder.resolve("parley.yaml");
    Files.writeString(file, yaml);
    return Settings.load(file, environment);
  }

  private String refused(String yaml, Map<String, String> environment) {
    return assertThrows(IllegalArgumentException.class, () -> load(yaml, environment)).getMessage();
  }

  @Test
  void theEnvironmentWinsOverTheFileAndTheFileOverTheDefault() throws Exception {
    Settings settings =
        load("socket:\n  port: 4000\nsocket.host: h\n", Map.of("SOCKET_HOST", "elsewhere"));
    assertEquals(4_000, settings.number("SOCKET_PORT", 3_001, 0, 65_535));
    assertEquals("elsewhere", settings.text("SOCKET_HOST", "0.0.0.0"));
    assertEquals(
        Duration.ofSeconds(10), settings.millis("SOCKET_UPGRADE_TIMEOUT", 10_000, 1, 99_999));
  }

  @Test
  void aListOfTheFileIsAList() throws Exception {
    Settings settings = load("cors.origin:\n  - https://a\n  - https://b\n", Map.of());
    assertEquals(List.of("https://a", "https://b"), settings.list("CORS_ORIGIN", ""));
  }

  @Test
  void textOfTheFileIsTakenAsItIsWritten() throws Exception {
    Settings settings = load("jwt.secret: 'a${b}c: d'\n", Map.of());
    assertEquals("a${b}c: d", settings.text("JWT_SECRET", ""));
  }

  @Test
  void aSecretIsOneLineWithoutItsEndAndIsNeverSaid() throws Exception {
    Settings settings = load("", Map.of("JWT_SECRET", "two words\r\n"));
    assertEquals("two words", settings.secret("JWT_SECRET"));
    Settings broken = load("", Map.of("JWT_SECRET", "hush\nhush"));
    String said =
        assertThrows(IllegalArgumentException.class, () -> broken.secret("JWT_SECRET"))
            .getMessage();
    assertEquals("JWT_SECRET must be one line, without control characters", said);
  }

  @Test
  void anUnknownKeyOfTheFileIsRefusedWithWhatWasMeant() {
    assertEquals(
        "parley.yaml: there is no setting sockt.port; did you mean socket.port?",
        refused("sockt.port: 1\n", Map.of()));
    assertEquals("parley.yaml: there is no setting colour", refused("colour: blue\n", Map.of()));
  }

  @Test
  void aWrongValueOfTheFileIsNamedByItsKey() throws Exception {
    Settings settings = load("socket.port: many\n", Map.of());
    assertEquals(
        "socket.port in parley.yaml must be a number from 0 to 65535, not `many`",
        assertThrows(
                IllegalArgumentException.class,
                () -> settings.number("SOCKET_PORT", 3_001, 0, 65_535))
            .getMessage());
  }

  @Test
  void aFileThatIsNoneIsRefusedInALine() {
    String words = refused("socket: [1\n", Map.of());
    assertTrue(words.startsWith("parley.yaml cannot be read: "), words);
    assertEquals(1, words.lines().count());
  }

  @Test
  void aMisspeltVariableIsRefusedWithWhatWasMeant() {
    assertEquals(
        "there is no setting SOCKET_PROT; did you mean SOCKET_PORT?",
        refused("", Map.of("SOCKET_PROT", "1")));
    for (String name :
        List.of("CORE_X", "PRESENCE_X", "JWT_X", "REDIS_X", "FANOUTS", "RECOVERY_X", "DRAIN_X")) {
      assertTrue(refused("", Map.of(name, "1")).contains(name), name);
    }
  }

  @Test
  void whatOthersPutIntoTheEnvironmentIsNotOurs() throws Exception {
    load("", Map.of("PATH", "/bin", "SOCKETS", "1"));
  }

  /// As Kubernetes has it for services named `core`, `redis`, `socket` and `socket-path`.
  @Test
  void whereAPlatformHasAServiceIsNoSettingAndNoMisspelling() throws Exception {
    Settings settings =
        load(
            "core.port: 9105\n",
            Map.of(
                "CORE_PORT", "tcp://10.0.0.1:50051",
                "CORE_SERVICE_HOST", "10.0.0.1",
                "CORE_SERVICE_PORT", "50051",
                "CORE_SERVICE_PORT_GRPC", "50051",
                "CORE_PORT_50051_TCP", "tcp://10.0.0.1:50051",
                "CORE_PORT_50051_TCP_PROTO", "tcp",
                "CORE_PORT_50051_TCP_PORT", "50051",
                "CORE_PORT_50051_TCP_ADDR", "10.0.0.1",
                "REDIS_PORT", "tcp://10.0.0.2:6379",
                "SOCKET_PORT", "udp://10.0.0.3:3001"));
    assertEquals(9_105, settings.number("CORE_PORT", 9_101, 0, 65_535), "the file's");
    assertEquals(3_001, settings.number("SOCKET_PORT", 3_001, 0, 65_535), "the default");
    load("", Map.of("SOCKET_PATH_PORT", "tcp://[fd00::1]:80"));
  }

  @Test
  void whatOnlyResemblesAPlatformsWordIsTakenAtItsWord() throws Exception {
    assertTrue(refused("", Map.of("REDIS_PORT", "6379")).contains("REDIS_PORT"));
    assertTrue(refused("", Map.of("CORE_PORT_GRPC", "9101")).contains("CORE_PORT_GRPC"));
    assertTrue(refused("", Map.of("CORE_PORT_9101_TCP_X", "1")).contains("CORE_PORT_9101_TCP_X"));
    Settings settings = load("", Map.of("CORE_PORT", "http://10.0.0.1:9101"));
    assertThrows(
        IllegalArgumentException.class, () -> settings.number("CORE_PORT", 9_101, 0, 65_535));
  }

  @Test
  void namesThatTheDesignsGiveAreTaken() throws Exception {
    load("csrf.secret: x\n", Map.of("SOCKET_MAX_CONNECTIONS_PER_IP", "5"));
  }

  @Test
  void anEmptyValueOfANumberOrASwitchIsNone() throws Exception {
    Settings settings = load("", Map.of("SOCKET_PORT", "", "DEMO_ENABLED", " "));
    assertEquals(3_001, settings.number("SOCKET_PORT", 3_001, 0, 65_535));
    assertFalse(settings.flag("DEMO_ENABLED", false));
  }

  @Test
  void aSettingThatIsNotAmongTheNamesIsAFaultOfOurs() {
    Settings settings = Settings.of(Map.of());
    assertThrows(IllegalStateException.class, () -> settings.text("SOCKET_NEW", ""));
  }
}
