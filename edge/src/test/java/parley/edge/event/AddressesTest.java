package parley.edge.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import parley.contract.RefusedException;

/// What a browser opens is an attachment's address, and what is none is told why.
class AddressesTest {

  private final Addresses addresses = new Addresses(Set.of("https"));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://example.org",
        "https://example.org/",
        "HTTPS://EXAMPLE.ORG/A.PNG",
        "https://my_bucket.s3.amazonaws.com/a.png",
        "https://münchen.example/straße.png",
        "https://例え.テスト/図.png",
        "https://xn--mnchen-3ya.example/",
        "https://example.org/a b.png",
        "https://example.org/a|b.png",
        "https://example.org/a[1].png",
        "https://example.org/100%.png",
        "https://example.org/%zz",
        "https://example.org/a?x={y}&z=\"1\"",
        "https://example.org/a#b#c",
        "https://example.org?only=query",
        "https://example.org:8443/a",
        "https://example.org:/a",
        "https://localhost/a",
        "https://127.0.0.1:9000/a",
        "https://[::1]/a",
        "https://[2001:db8::1]:8443/a",
        "https://user@example.org/a",
        "https://-leading-.example/a",
        "https://a.b_c.d-e.example/a",
        "https://example.org/a\\b.png",
        "https://example.org./a",
      })
  void whatABrowserOpensIsOne(String address) {
    assertEquals(address, addresses.checked(address));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "example.org/a.png; must begin with one of https",
        "/a.png; must begin with one of https",
        "//example.org/a.png; must begin with one of https",
        "``; must begin with one of https",
        "http://example.org/a.png; must be one of https, not http",
        "javascript:alert(1); must be one of https, not javascript",
        "data:image/png,abc; must be one of https, not data",
        "ftp://example.org/a; must be one of https, not ftp",
        "https:; names no host",
        "https://; names no host",
        "https:///a.png; names no host",
        "https://:8443/a; names no host",
        "https://user@/a; names no host",
        "https:example.org; names no host",
        "https://[::1/a; names no host",
        "https://exa mple.org/a; nobody can look up",
        "https://exa|mple.org/a; nobody can look up",
        "https://100%.example/a; nobody can look up",
        "https://<b>/a; nobody can look up",
        "https://example.org:66000/a; has a port above 65535",
        "https://example.org:port/a; names no host",
        "` https://example.org/a`; must be one line",
        "`https://example.org/a `; must be one line",
      })
  void whatIsNoneIsToldWhy(String address, String why) {
    RefusedException refused =
        assertThrows(RefusedException.class, () -> addresses.checked(address));
    assertTrue(refused.getMessage().contains(why), refused.getMessage());
  }

  @Test
  void itIsOneLineOfABoundedLength() {
    for (String address :
        new String[] {
          "https://example.org/a\nb", "https://example.org/\u202Egnp.exe", "https://a.example/\0"
        }) {
      assertThrows(RefusedException.class, () -> addresses.checked(address));
    }
    String start = "https://example.org/";
    String most = start + "a".repeat(Addresses.LONGEST - start.length());
    assertEquals(most, addresses.checked(most));
    assertThrows(RefusedException.class, () -> addresses.checked(most + "a"));
  }
}
