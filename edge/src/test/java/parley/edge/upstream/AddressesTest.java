package parley.edge.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class AddressesTest {

  @Test
  void aListIsTakenAsItIs() {
    List<String> addresses = List.of("b:2", "a:1", "[::1]:3", "10.0.0.7:65535");
    Addresses.check(addresses);
    assertEquals(addresses, List.copyOf(Addresses.resolve(addresses)));
  }

  @Test
  void aNameIsAllThatItLeadsTo() {
    assertTrue(Addresses.resolve(List.of("dns:localhost:9101")).contains("127.0.0.1:9101"));
  }

  @Test
  void whenANameCannotBeLookedUpNothingIsKnown() {
    assertEquals(Set.of(), Addresses.resolve(List.of("a:1", "dns:name.invalid:9101")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "core",
        "dns:core",
        "dns:",
        ":9101",
        "core:",
        "core:x",
        "core:0",
        "core:65536",
        "core:999999",
        "dns:core:0",
        "::1:9101",
        "http://core:9101",
        "core:9101/",
        "core :9101"
      })
  void whatIsNoAddressIsRefusedInWords(String address) {
    var refused =
        assertThrows(IllegalArgumentException.class, () -> Addresses.check(List.of(address)));
    assertTrue(refused.getMessage().contains('"' + address + '"'), refused::getMessage);
  }

  @Test
  void noAddressAtAllIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> Addresses.check(List.of()));
  }
}
