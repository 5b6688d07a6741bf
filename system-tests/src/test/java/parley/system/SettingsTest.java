package parley.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import parley.core.CoreConfig;
import parley.edge.EdgeConfig;
import parley.presence.PresenceConfig;
import parley.process.Setting;
import parley.process.Settings;

/// What the three services can be told, and the page that says so.
class SettingsTest {

  private static final Map<String, String> LEAST =
      Map.of(
          "SERVICE_TOKEN", "a secret of tests",
          "JWT_SECRET", "another secret of tests",
          "MONGODB_URI", "mongodb://127.0.0.1/parley");

  private static final Map<String, Consumer<Settings>> SERVICES =
      Map.of(
          "edge", EdgeConfig::from,
          "core", CoreConfig::from,
          "presence", PresenceConfig::from);

  private static Map<String, Setting> read() {
    Map<String, Setting> all = new TreeMap<>();
    for (Consumer<Settings> service : SERVICES.values()) {
      Settings settings = Settings.of(LEAST);
      service.accept(settings);
      for (Setting setting : settings.read()) {
        Setting other = all.put(setting.name(), setting);
        assertTrue(
            other == null || other.otherwise().equals(setting.otherwise()),
            () -> setting.name() + " has two defaults");
      }
    }
    return all;
  }

  @Test
  void everyNameIsReadBySomeServiceAndNoOther() {
    assertEquals(new TreeSet<>(Settings.names()), new TreeSet<>(read().keySet()));
  }

  /// Name, default and values: what the page says is what holds, and it says all.
  @Test
  void theConfigurationPageListsTheSettings() throws Exception {
    Pattern row = Pattern.compile("\\| `([A-Z0-9_]+)` \\| (.*?) ?\\| (.*?) \\| (.+) \\|");
    Map<String, String> page = new TreeMap<>();
    for (String line : Files.readAllLines(Path.of("../docs/configuration.md"))) {
      Matcher matcher = row.matcher(line);
      if (matcher.matches()) {
        String otherwise = matcher.group(2).strip().replace("`", "");
        page.put(matcher.group(1), otherwise + " | " + matcher.group(3));
      }
    }
    Map<String, String> settings = new TreeMap<>();
    read().forEach((name, one) -> settings.put(name, one.otherwise() + " | " + one.takes()));
    assertEquals(lines(settings), lines(page));
  }

  private static String lines(Map<String, String> map) {
    StringBuilder lines = new StringBuilder();
    map.forEach((name, rest) -> lines.append(name).append(" | ").append(rest).append('\n'));
    return lines.toString();
  }

  /// Each of these was accepted, hung, or ended in a stack trace.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "core | CORE_COMMITS_IN_FLIGHT | 0 | must be a number from 1 to 64, not `0`",
        "core | CORE_PORT | 10.0.0.7:9101 | must be a number from 0 to 65535",
        "core | OPEN_ROOMS | yes | must be false or true, not `yes`",
        "core | RECEIPTS_AUDIENCE | all | must be room or senders",
        "core | CORE_RETENTION | 90 | must be ISO 8601 from PT0S",
        "core | REDIS_URL | http://localhost | must be redis://host:port or rediss://host:port",
        "core | REDIS_URL | redis://localhost/one | the database behind the host must be a number",
        "core | SERVICE_TOKEN | short | must have at least 8 characters",
        "edge | CORE_ADDRESSES | dns:core | must be comma-separated host:port or dns:name:port",
        "edge | PRESENCE_ADDRESSES | presence | must be comma-separated host:port",
        "edge | CORE_ADDRESSES | '' | at least 1",
        "edge | SOCKET_PORT | abc | must be a number from 0 to 65535, not `abc`",
        "edge | JWT_SECRET | short | has 5 bytes, which anybody can guess: 8 at least",
        "edge | SOCKET_PORT | 70000 | must be a number from 0 to 65535",
        "edge | SOCKET_PING_INTERVAL | 25s | must be milliseconds from 100",
        "edge | SOCKET_RATE_LIMIT_WINDOW | 0 | must be seconds from 1",
        "edge | SOCKET_TRANSPORTS | websockets | must be polling, websocket, or both",
        "edge | SOCKET_PATH | socket.io | must begin with a slash",
        "edge | FANOUT | kafka | must be redis or streams",
        "edge | CORE_STREAMS | 0 | must be a number from 1",
        "presence | PRESENCE_LEASE | 10 | must be ISO 8601 from PT0.5S to PT1H, not `10`",
        "presence | CORE_ADDRESSES | core | must be comma-separated host:port"
      })
  void aWrongValueIsRefusedWithItsNameAndTheReason(
      String service, String name, String value, String reason) {
    Map<String, String> given = new LinkedHashMap<>(LEAST);
    given.put(name, value);
    String words =
        assertThrows(
                IllegalArgumentException.class,
                () -> SERVICES.get(service).accept(Settings.of(given)))
            .getMessage();
    assertTrue(words.startsWith(name) && words.contains(reason), words);
  }

  @ParameterizedTest
  @CsvSource({
    "edge,SERVICE_TOKEN",
    "core,SERVICE_TOKEN",
    "presence,SERVICE_TOKEN",
    "edge,JWT_SECRET",
    "core,MONGODB_URI"
  })
  void whatIsMissingIsNamed(String service, String name) {
    Map<String, String> given = new LinkedHashMap<>(LEAST);
    given.remove(name);
    String words =
        assertThrows(
                IllegalArgumentException.class,
                () -> SERVICES.get(service).accept(Settings.of(given)))
            .getMessage();
    assertTrue(words.contains(name), words);
  }

  @Test
  void aNameIsUnderstoodForEveryKindOfNode() {
    Map<String, String> given = new LinkedHashMap<>(LEAST);
    given.put("CORE_ADDRESSES", "dns:core:9101, [::1]:9102");
    given.put("PRESENCE_ADDRESSES", "dns:presence:9102");
    EdgeConfig edge = EdgeConfig.from(Settings.of(given));
    assertEquals(List.of("dns:core:9101", "[::1]:9102"), edge.upstream().core());
    assertEquals(List.of("dns:presence:9102"), edge.upstream().presence());
    given.put("CORE_ADDRESSES", "");
    assertEquals(List.of(), PresenceConfig.from(Settings.of(given)).coreAddresses());
  }
}
