package parley.edge.engineio;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Origins as people list them and as browsers name them.
class OriginsTest {

  @ParameterizedTest
  @CsvSource({
    "http://LocalHost:3000,http://localhost:3000,true",
    "https://ok.example.com:443,https://ok.example.com,true",
    "https://ok.example.com/,https://ok.example.com,true",
    "http://ok.example.com:80,http://ok.example.com,true",
    "https://ok.example.com:80,https://ok.example.com,false",
    "http://ok.example.com:443,http://ok.example.com,false",
    "https://ok.example.com,http://ok.example.com,false",
    "https://ok.example.com,https://ok.example.com:8443,false",
    "https://ok.example.com,https://ok.example.com.evil.example,false",
    "file://,file://,true",
    "capacitor://localhost,capacitor://localhost,true",
    "null,null,true",
    "http://localhost,null,false",
    "*,https://anybody.example,true",
    "https://*.example.org,https://a.example.org,true",
    "https://*.example.org,https://a.b.Example.org,true",
    "https://*.example.org:8443,https://a.example.org:8443,true",
    "https://*.example.org,https://a.example.org:8443,false",
    "https://*.example.org,https://example.org,false",
    "https://*.example.org,https://.example.org,false",
    "https://*.example.org,https://evilexample.org,false",
    "https://*.example.org,http://a.example.org,false",
    "https://*.example.org,https://a.example.org.evil.example,false"
  })
  void aPageMayConnectWhenItsOriginIsListed(String listed, String origin, boolean allowed) {
    Origins origins = new Origins(Set.of(listed), Set.of());
    assertEquals(allowed, origins.allowed(origin, "chat.example"), listed + " " + origin);
  }

  @ParameterizedTest
  @CsvSource({
    "https://ok.example.com,true",
    "https://ok.example.com/,true",
    "file://,true",
    "null,true",
    "*,true",
    "https://*.example.org,true",
    "ok.example.com,false",
    "https://ok.example.com/chat,false",
    "https://user@ok.example.com,false",
    "localhost:3000,false"
  })
  void whatNoBrowserNamesIsKnown(String listed, boolean canMatch) {
    assertEquals(canMatch, Origins.canMatch(listed));
  }
}
