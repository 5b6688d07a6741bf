package parley.edge.auth;

import io.helidon.security.jwt.Jwt;
import io.helidon.security.jwt.SignedJwt;
import io.helidon.security.jwt.jwk.Jwk;
import io.helidon.security.jwt.jwk.JwkOctet;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Verifies JSON Web Tokens: HS256 by a shared secret, RS256 and ES256 by published keys. The
/// algorithm decides which keys are tried, never the other way round, so a public key cannot serve
/// as a secret, and `none` is no algorithm. Safe for any thread; blocks while keys are fetched.
public final class TokenVerifier {

  private static final long LEEWAY_SECONDS = 5;

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
    jakarta.json.JsonObject json =
        jakarta.json.Json.createObjectBuilder()
            .add("kty", "oct")
            .add("kid", "shared")
            .add("alg", "HS256")
            .add(
                "k",
                java.util.Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(secret.getBytes(StandardCharsets.UTF_8)))
            .build();
    return JwkOctet.create(json);
  }

  /// @throws InvalidTokenException when it is malformed, not signed by a known key, expired, not
  /// yet valid, of another issuer or audience, or names no user
  public Claims verify(String token) throws InvalidTokenException {
    try {
      SignedJwt signed = SignedJwt.parseToken(token);
      Jwt jwt = signed.getJwt();
      verifyHead(jwt);
      verifyTimes(jwt); // what is cheap goes before the signature
      verifyParties(jwt);
      verifySignature(signed, jwt);
      return claims(jwt);
    } catch (RuntimeException malformed) {
      // Anybody can write a token: whatever reading one throws (a time that is none, a claim of
      // the wrong type) is the token's fault.
      throw new InvalidTokenException("malformed: " + malformed.getClass().getSimpleName());
    }
  }

  /// Extensions that the token says must be understood, RFC 7515 section 4.1.11: none is.
  private static void verifyHead(Jwt jwt) throws InvalidTokenException {
    if (jwt.headerJson().containsKey("crit")) {
      throw new InvalidTokenException("has critical extensions");
    }
  }

  private void verifySignature(SignedJwt signed, Jwt jwt) throws InvalidTokenException {
    String algorithm = jwt.algorithm().orElse("");
    List<Jwk> candidates =
        switch (algorithm) {
          case "HS256" -> secret == null ? List.of() : List.of(secret);
          case "RS256" -> publishedKeys(jwt, algorithm);
          case "ES256" -> publishedKeys(jwt, algorithm);
          default -> throw new InvalidTokenException("algorithm not accepted");
        };
    for (Jwk key : candidates) {
      if (key.verifySignature(signed.getSignedBytes(), signed.getSignature())) {
        return;
      }
    }
    throw new InvalidTokenException("no known key signed it");
  }

  private List<Jwk> publishedKeys(Jwt jwt, String algorithm) {
    return published == null ? List.of() : published.candidates(jwt.keyId().orElse(""), algorithm);
  }

  private static void verifyTimes(Jwt jwt) throws InvalidTokenException {
    Instant now = Instant.now();
    Optional<Instant> expires = jwt.expirationTime();
    if (expires.isPresent() && !now.isBefore(expires.get().plusSeconds(LEEWAY_SECONDS))) {
      throw new InvalidTokenException("expired");
    }
    Optional<Instant> begins = jwt.notBefore();
    if (begins.isPresent() && now.isBefore(begins.get().minusSeconds(LEEWAY_SECONDS))) {
      throw new InvalidTokenException("not valid yet");
    }
  }

  private void verifyParties(Jwt jwt) throws InvalidTokenException {
    if (!config.issuer().isEmpty() && !jwt.issuer().equals(Optional.of(config.issuer()))) {
      throw new InvalidTokenException("foreign issuer");
    }
    if (!config.audience().isEmpty()
        && !jwt.audience().orElse(List.of()).contains(config.audience())) {
      throw new InvalidTokenException("foreign audience");
    }
  }

  private static Claims claims(Jwt jwt) throws InvalidTokenException {
    String userId = first(jwt, "sub", "userId", "id");
    if (userId.isEmpty()) {
      throw new InvalidTokenException("names no user");
    }
    return new Claims(
        userId, first(jwt, "username", "name"), first(jwt, "email"), first(jwt, "phoneNumber"));
  }

  private static String first(Jwt jwt, String... names) {
    for (String name : names) {
      JsonValue value = jwt.payloadJson().get(name);
      if (value instanceof JsonString text && !text.getString().isBlank()) {
        return text.getString();
      }
      if (value instanceof jakarta.json.JsonNumber number) {
        return number.toString();
      }
    }
    return "";
  }
}
