package parley.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommandLineTest {

  @Test
  void valuesAndSwitches() {
    assertEquals(
        Map.of("--edges", "3", "--fresh", "on", "--redis", "redis://h:1"),
        CommandLine.parse(List.of("--edges", "3", "--fresh", "--redis", "redis://h:1")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --colour red          | unknown flag --colour
          edges                 | unknown flag edges
          --edges               | --edges wants a value
          --data --fresh        | --data wants a value
          --edges many          | --edges wants a number from 1 to 16
          --edges 0             | --edges wants a number from 1 to 16
          --edges 17            | --edges wants a number from 1 to 16
          --port 65001          | --port wants a number from 1 to 65000
          --internal-port -1    | --internal-port wants a number from 1 to 65000
          --cores 9999999999    | --cores wants a number from 1 to 16
          --rate-limit maybe    | --rate-limit wants on or off
          --profile huge        | --profile wants full or tiny
          --set A               | --set wants NAME=VALUE, with ; between them
          --set =1              | --set wants NAME=VALUE, with ; between them
          """)
  void whatIsWrongIsSaidInWords(String arguments, String words) {
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class,
            () -> CommandLine.parse(List.of(arguments.strip().split(" "))));
    assertEquals(words, refused.getMessage());
  }

  @Test
  void aNameMayStandAnywhereAmongTheFlags() {
    for (List<String> line :
        List.of(
            List.of("edge-1", "--data", "d", "--open"),
            List.of("--data", "d", "edge-1", "--open"),
            List.of("--data", "d", "--open", "edge-1"))) {
      CommandLine.Named named = CommandLine.named(line, "?");
      assertEquals("edge-1", named.name());
      assertEquals(
          Map.of("--data", "d", "--open", "on"), CommandLine.parse(named.flags()), line::toString);
    }
    assertThrows(
        IllegalArgumentException.class, () -> CommandLine.named(List.of("--data", "d"), "?"));
  }

  @Test
  void theTinyProfileIsOneEdgeInOneProcessUnlessMoreIsSaid() {
    assertEquals(
        Map.of("--profile", "tiny", "--one-jvm", "on", "--edges", "1"),
        CommandLine.parse(List.of("--profile", "tiny")));
    assertEquals(
        "2", CommandLine.parse(List.of("--edges", "2", "--profile", "tiny")).get("--edges"));
    assertEquals(Map.of("--profile", "full"), CommandLine.parse(List.of("--profile", "full")));
  }

  @Test
  void everyFlagOfTheHelpIsTaken() {
    Matcher flag = Pattern.compile("(?m)^ +(--[a-z-]+) +(\\S+)?").matcher(CommandLine.USAGE);
    int count = 0;
    while (flag.find()) {
      String name = flag.group(1);
      List<String> value =
          switch (name) {
            case "--fresh", "--open", "--one-jvm", "--fsync" -> List.of();
            case "--rate-limit" -> List.of("off");
            case "--set" -> List.of("A=1");
            case "--profile" -> List.of("tiny");
            default -> List.of("3");
          };
      List<String> arguments = new java.util.ArrayList<>(List.of(name));
      arguments.addAll(value);
      assertTrue(CommandLine.parse(arguments).containsKey(name), name);
      count++;
    }
    assertEquals(18, count);
  }
}
