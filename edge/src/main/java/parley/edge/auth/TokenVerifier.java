package parley.edge.auth;

import com.fasterxml.jackson.databind.JsonNode;
import io.helidon.security.jwt.jwk.Jwk;
import io.helidon.security.jwt.jwk.JwkOctet;
import jakarta.json.Json;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Verifies JSON Web Tokens: HS256 by a shared secret, RS256 and ES256 by published keys. The
/// algorithm decides which keys are tried, never the other way round, so a public key cannot serve
/// as a secret, and `none` is no algorithm. Of a token whose signature holds the claims of ours are
/// read (R1.4) and no others, whatever else it carries and in whatever form. Safe for any thread;
/// blocks while keys are fetched.
public final class TokenVerifier {

  /// A sum with a number like 1e400 would be written out digit by digit.
  private static final int MOST_DIGITS = 50;

  private static final BigDecimal LEEWAY_SECONDS = BigDecimal.valueOf(5);

  private final AuthConfig config;
  private final @Nullable Jwk secret;
  private final @Nullable PublishedKeys published;

  public TokenVerifier(AuthConfig config) {
    this.config = config;
    this.secret = config.secret().isEmpty() ? null : octet(config.secret());
    this.published = config.jwksUri().isEmpty() ? null : new PublishedKeys(config.jwksUri());
  }

  /// The key of a shared secret.
  public static Jwk octet(String secret) {
    return JwkOctet.create(
        Json.createObjectBuilder()
            .add("kty", "oct")
            .add("kid", "shared")
            .add("alg", "HS256")
            .add(
                "k",
                Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(secret.getBytes(StandardCharsets.UTF_8)))
            .build());
  }

  /// @throws InvalidTokenException when it is malformed, not signed by a known key, expired, not
  /// yet valid, of another issuer or audience, or names no user
  public Claims verify(String token) throws InvalidTokenException {
    try {
      CompactToken compact = CompactToken.parse(token);
      if (compact.hasHead("crit")) { // RFC 7515 section 4.1.11: no extension is understood
        throw new InvalidTokenException("has critical extensions");
      }
      verifySignature(compact);
      JsonNode claims = compact.claims();
      verifyTimes(claims);
      verifyParties(claims);
      return claims(claims);
    } catch (RuntimeException malformed) {
      // Anybody can write a token: whatever reading one throws is the token's fault.
      throw new InvalidTokenException("malformed: " + malformed.getClass().getSimpleName());
    }
  }

  private void verifySignature(CompactToken token) throws InvalidTokenException {
    String algorithm = token.head("alg");
    List<Jwk> candidates =
        switch (algorithm) {
          case "HS256" -> secret == null ? List.of() : List.of(secret);
          case "RS256", "ES256" ->
              published == null ? List.of() : published.candidates(token.head("kid"), algorithm);
          default -> throw new InvalidTokenException("algorithm not accepted");
        };
    for (Jwk key : candidates) {
      if (signed(token, key)) {
        return;
      }
    }
    throw new InvalidTokenException("no known key signed it");
  }

  /// A published key that is for something else, or is none, is not the token's fault.
  private static boolean signed(CompactToken token, Jwk key) {
    try {
      return key.verifySignature(token.signed(), token.signature());
    } catch (RuntimeException unfit) {
      return false;
    }
  }

  private void verifyTimes(JsonNode claims) throws InvalidTokenException {
    BigDecimal now = BigDecimal.valueOf(Instant.now().toEpochMilli()).movePointLeft(3);
    BigDecimal expires = time(claims, "exp");
    if (expires == null && config.expiryRequired()) {
      throw new InvalidTokenException("has no end");
    }
    if (expires != null && now.compareTo(expires.add(LEEWAY_SECONDS)) >= 0) {
      throw new InvalidTokenException("expired");
    }
    BigDecimal begins = time(claims, "nbf");
    if (begins != null && now.compareTo(begins.subtract(LEEWAY_SECONDS)) < 0) {
      throw new InvalidTokenException("not valid yet");
    }
  }

  /// Seconds since 1970, with or without a fraction, RFC 7519 section 2; of any size.
  private static @Nullable BigDecimal time(JsonNode claims, String name)
      throws InvalidTokenException {
    JsonNode time = claims.path(name);
    if (time.isMissingNode() || time.isNull()) {
      return null;
    }
    if (!time.isNumber()) {
      throw new InvalidTokenException(name + " is no number");
    }
    BigDecimal seconds = time.decimalValue();
    if (Math.abs((long) seconds.scale()) > MOST_DIGITS || seconds.precision() > MOST_DIGITS) {
      throw new InvalidTokenException(name + " is no time");
    }
    return seconds;
  }

  private void verifyParties(JsonNode claims) throws InvalidTokenException {
    if (!config.issuer().isEmpty() && !config.issuer().equals(claims.path("iss").asText(""))) {
      throw new InvalidTokenException("foreign issuer");
    }
    if (!config.audience().isEmpty() && !isFor(claims.path("aud"), config.audience())) {
      throw new InvalidTokenException("foreign audience");
    }
  }

  private static boolean isFor(JsonNode audience, String us) {
    if (audience.isArray()) {
      return audience.valueStream().anyMatch(one -> one.isTextual() && one.textValue().equals(us));
    }
    return audience.isTextual() && audience.textValue().equals(us);
  }

  private static Claims claims(JsonNode claims) throws InvalidTokenException {
    String userId = first(claims, "sub", "userId", "id");
    if (userId.isEmpty()) {
      throw new InvalidTokenException("names no user");
    }
    return new Claims(
        userId,
        first(claims, "username", "name"),
        first(claims, "email"),
        first(claims, "phoneNumber"));
  }

  private static String first(JsonNode claims, String... names) {
    for (String name : names) {
      JsonNode value = claims.path(name);
      if (value.isTextual() && !value.textValue().isBlank() || value.isNumber()) {
        return value.asText();
      }
    }
    return "";
  }
}
