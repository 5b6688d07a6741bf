package parley.edge.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AddressesTest {

  @Test
  void aListIsTakenAsItIs() {
    assertEquals(Set.of("a:1", "b:2"), Addresses.resolve(List.of("a:1", "b:2")));
    assertFalse(Addresses.resolves("a:1"));
  }

  @Test
  void aNameIsAllThatItLeadsTo() {
    assertTrue(Addresses.resolves("dns:localhost:9101"));
    assertTrue(Addresses.resolve(List.of("dns:localhost:9101")).contains("127.0.0.1:9101"));
  }

  @Test
  void whenANameCannotBeLookedUpNothingIsKnown() {
    assertEquals(Set.of(), Addresses.resolve(List.of("a:1", "dns:name.invalid:9101")));
  }
}
