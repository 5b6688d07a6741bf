package parley.edge.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.sun.net.httpserver.HttpServer;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Tokens signed by this test's own hand, so that signer and verifier share no code.
@Timeout(30)
class TokenVerifierTest {

  static final String SECRET = "a secret of this test";
  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

  private final TokenVerifier verifier =
      new TokenVerifier(new AuthConfig(SECRET, "", "", "", false));
  private HttpServer keyServer;
  private volatile String keys = "{\"keys\":[]}";

  @AfterEach
  void stop() {
    if (keyServer != null) {
      keyServer.stop(0);
    }
  }

  private static String encoded(String json) {
    return BASE64.encodeToString(json.getBytes(StandardCharsets.UTF_8));
  }

  static String hs256(String payload, String secret) throws Exception {
    String signed = encoded("{\"alg\":\"HS256\",\"typ\":\"JWT\"}") + "." + encoded(payload);
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
    return signed
        + "."
        + BASE64.encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII)));
  }

  private static String signed(String head, String payload, KeyPair pair, String algorithm)
      throws Exception {
    String text = encoded(head) + "." + encoded(payload);
    Signature signature = Signature.getInstance(algorithm);
    signature.initSign(pair.getPrivate());
    signature.update(text.getBytes(StandardCharsets.US_ASCII));
    return text + "." + BASE64.encodeToString(signature.sign());
  }

  static long now() {
    return Instant.now().getEpochSecond();
  }

  private void assertRefused(String token) {
    assertThrows(InvalidTokenException.class, () -> verifier.verify(token), token);
  }

  @Test
  void readsTheClaimsUnderAllTheirNames() throws Exception {
    Claims full =
        verifier.verify(
            hs256(
                "{\"sub\":\"u1\",\"username\":\"Ana\",\"email\":\"a@b\",\"phoneNumber\":\"1\",\"exp\":"
                    + (now() + 60)
                    + "}",
                SECRET));
    assertEquals("u1", full.userId());
    assertEquals("Ana", full.username());
    assertEquals("a@b", full.email());
    assertEquals("1", full.phoneNumber());
    assertEquals(
        "u2", verifier.verify(hs256("{\"userId\":\"u2\",\"name\":\"B\"}", SECRET)).userId());
    assertEquals("7", verifier.verify(hs256("{\"id\":7}", SECRET)).userId());
  }

  @Test
  void refusesExpiredEarlyForeignAndNamelessTokens() throws Exception {
    assertRefused(hs256("{\"sub\":\"u\",\"exp\":" + (now() - 60) + "}", SECRET));
    assertRefused(hs256("{\"sub\":\"u\",\"nbf\":" + (now() + 60) + "}", SECRET));
    assertRefused(hs256("{\"sub\":\"u\"}", "another secret"));
    assertRefused(hs256("{\"name\":\"nobody\"}", SECRET));
    assertRefused(hs256("{\"sub\":\"\"}", SECRET));
    TokenVerifier strict = new TokenVerifier(new AuthConfig(SECRET, "", "us", "chat", false));
    String good = hs256("{\"sub\":\"u\",\"iss\":\"us\",\"aud\":[\"chat\",\"x\"]}", SECRET);
    assertEquals("u", strict.verify(good).userId());
    String foreign = hs256("{\"sub\":\"u\",\"iss\":\"them\",\"aud\":\"chat\"}", SECRET);
    assertThrows(InvalidTokenException.class, () -> strict.verify(foreign));
    String other = hs256("{\"sub\":\"u\",\"iss\":\"us\",\"aud\":\"mail\"}", SECRET);
    assertThrows(InvalidTokenException.class, () -> strict.verify(other));
  }

  @ParameterizedTest
  @ValueSource(strings = {"exp", "nbf", "iat"})
  void aTimeThatIsNoneIsTheTokensFaultWhoeverSignedIt(String claim) throws Exception {
    for (String time : List.of("1e18", "-1e18", "1e400", "9223372036854775807", "\"x\"", "{}")) {
      String payload = "{\"sub\":\"u\",\"" + claim + "\":" + time + "}";
      for (String secret : List.of("another secret", SECRET)) {
        try {
          verifier.verify(hs256(payload, secret));
          assertEquals(SECRET, secret, payload);
        } catch (InvalidTokenException refused) {
          // and nothing else is thrown
        }
      }
    }
  }

  @Test
  void extensionsThatMustBeUnderstoodAreNot() throws Exception {
    String head = "{\"alg\":\"HS256\",\"crit\":[\"b64\"],\"b64\":false}";
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
    String signed = encoded(head) + "." + encoded("{\"sub\":\"u\"}");
    assertRefused(
        signed
            + "."
            + BASE64.encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII))));
  }

  @Test
  void noneIsNoAlgorithm() {
    String payload = encoded("{\"sub\":\"u\"}");
    assertRefused(encoded("{\"alg\":\"none\"}") + "." + payload + ".");
    assertRefused(encoded("{\"alg\":\"None\"}") + "." + payload + ".x");
    assertRefused(encoded("{}") + "." + payload + ".");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "a.b.c", "a.b", "eyJhbGciOiJIUzI1NiJ9.e30", "ä.ö.ü"})
  void malformedTokensAreRefused(String token) {
    assertRefused(token);
  }

  @Test
  void claimsOfTheWrongTypeAreRefused() throws Exception {
    assertRefused(hs256("{\"sub\":{\"a\":1}}", SECRET));
    assertRefused(hs256("{\"sub\":\"u\",\"exp\":\"soon\"}", SECRET));
    assertRefused(hs256("[1,2]", SECRET));
    assertRefused(hs256("not json", SECRET));
  }

  @Test
  void verifiesPublishedKeysWithAndWithoutIdsAndNoticesRotation() throws Exception {
    KeyPairGenerator rsaGenerator = KeyPairGenerator.getInstance("RSA");
    rsaGenerator.initialize(2048);
    KeyPair rsa = rsaGenerator.generateKeyPair();
    KeyPairGenerator ecGenerator = KeyPairGenerator.getInstance("EC");
    ecGenerator.initialize(new ECGenParameterSpec("secp256r1"));
    KeyPair ec = ecGenerator.generateKeyPair();
    serveKeys(
        "{\"keys\":["
            + rsaJwk(rsa, "r1")
            + ","
            + ecJwk(ec, "e1")
            + ",{\"kty\":\"??\"},7,null,[]]}");
    TokenVerifier published = published();
    String payload = "{\"sub\":\"u\"}";
    String rs = signed("{\"alg\":\"RS256\",\"kid\":\"r1\"}", payload, rsa, "SHA256withRSA");
    String es =
        signed("{\"alg\":\"ES256\",\"kid\":\"e1\"}", payload, ec, "SHA256withECDSAinP1363Format");
    String nameless = signed("{\"alg\":\"RS256\"}", payload, rsa, "SHA256withRSA");
    assertEquals("u", published.verify(rs).userId());
    assertEquals("u", published.verify(es).userId());
    assertEquals("u", published.verify(nameless).userId());
    KeyPair foreign = rsaGenerator.generateKeyPair();
    String forged = signed("{\"alg\":\"RS256\",\"kid\":\"r1\"}", payload, foreign, "SHA256withRSA");
    assertThrows(InvalidTokenException.class, () -> published.verify(forged));
    assertThrows(InvalidTokenException.class, () -> published.verify(hs256(payload, SECRET)));
    // A public key is no secret: the classic confusion of algorithms.
    String confused = hs256(payload, BASE64.encodeToString(rsa.getPublic().getEncoded()));
    assertThrows(InvalidTokenException.class, () -> published.verify(confused));
  }

  /// RFC 7518 section 3.4: ES256 is P-256 with SHA-256.
  @Test
  void aKeyOfAnotherAlgorithmThanTheTokenNamesDoesNotCount() throws Exception {
    KeyPairGenerator ecGenerator = KeyPairGenerator.getInstance("EC");
    ecGenerator.initialize(new ECGenParameterSpec("secp384r1"));
    KeyPair ec = ecGenerator.generateKeyPair();
    KeyPairGenerator rsaGenerator = KeyPairGenerator.getInstance("RSA");
    rsaGenerator.initialize(2048);
    KeyPair rsa = rsaGenerator.generateKeyPair();
    serveKeys(
        "{\"keys\":["
            + ecJwk(ec, "e", 48).replace("P-256", "P-384").replace("ES256", "ES384")
            + ","
            + rsaJwk(rsa, "r").replace("RS256", "RS512")
            + "]}");
    TokenVerifier published = published();
    String payload = "{\"sub\":\"u\"}";
    String es =
        signed("{\"alg\":\"ES256\",\"kid\":\"e\"}", payload, ec, "SHA384withECDSAinP1363Format");
    String rs = signed("{\"alg\":\"RS256\",\"kid\":\"r\"}", payload, rsa, "SHA512withRSA");
    assertThrows(InvalidTokenException.class, () -> published.verify(es));
    assertThrows(InvalidTokenException.class, () -> published.verify(rs));
  }

  /// A key for encryption throws when it is asked to verify.
  @Test
  void aPublishedKeyThatIsForSomethingElseSpoilsNoToken() throws Exception {
    KeyPairGenerator rsaGenerator = KeyPairGenerator.getInstance("RSA");
    rsaGenerator.initialize(2048);
    KeyPair encrypts = rsaGenerator.generateKeyPair();
    KeyPair signs = rsaGenerator.generateKeyPair();
    String unfit = rsaJwk(encrypts, "a").replace("{", "{\"use\":\"enc\",");
    serveKeys("{\"keys\":[" + unfit + "," + rsaJwk(signs, "b") + "]}");
    TokenVerifier published = published();
    String payload = "{\"sub\":\"u\"}";
    String nameless = signed("{\"alg\":\"RS256\"}", payload, signs, "SHA256withRSA");
    assertEquals("u", published.verify(nameless).userId());
    String of = signed("{\"alg\":\"RS256\",\"kid\":\"a\"}", payload, encrypts, "SHA256withRSA");
    assertThrows(InvalidTokenException.class, () -> published.verify(of));
  }

  private TokenVerifier published() {
    String address = "http://127.0.0.1:" + keyServer.getAddress().getPort();
    return new TokenVerifier(new AuthConfig("", address, "", "", false));
  }

  private void serveKeys(String json) throws Exception {
    keys = json;
    keyServer = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    keyServer.createContext(
        "/",
        exchange -> {
          byte[] body = keys.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    keyServer.start();
  }

  private static String rsaJwk(KeyPair pair, String id) {
    RSAPublicKey key = (RSAPublicKey) pair.getPublic();
    return "{\"kty\":\"RSA\",\"alg\":\"RS256\",\"kid\":\"%s\",\"n\":\"%s\",\"e\":\"%s\"}"
        .formatted(id, number(key.getModulus(), 256), number(key.getPublicExponent(), 3));
  }

  private static String ecJwk(KeyPair pair, String id) {
    return ecJwk(pair, id, 32);
  }

  private static String ecJwk(KeyPair pair, String id, int bytes) {
    ECPublicKey key = (ECPublicKey) pair.getPublic();
    return "{\"kty\":\"EC\",\"alg\":\"ES256\",\"crv\":\"P-256\",\"kid\":\"%s\",\"x\":\"%s\",\"y\":\"%s\"}"
        .formatted(
            id, number(key.getW().getAffineX(), bytes), number(key.getW().getAffineY(), bytes));
  }

  private static String number(BigInteger number, int bytes) {
    byte[] raw = number.toByteArray();
    byte[] fixed = new byte[bytes];
    int length = Math.min(raw.length, bytes);
    System.arraycopy(raw, raw.length - length, fixed, bytes - length, length);
    return BASE64.encodeToString(Arrays.copyOf(fixed, bytes));
  }
}
