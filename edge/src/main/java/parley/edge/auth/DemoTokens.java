package parley.edge.auth;

import io.helidon.security.jwt.Jwt;
import io.helidon.security.jwt.SignedJwt;
import java.time.Instant;
import java.util.Locale;
import parley.contract.UserId;

/// Signs tokens for demos and tests with the shared secret. Real tokens come from the application
/// that Parley serves.
public final class DemoTokens {

  private final String secret;

  public DemoTokens(String secret) {
    this.secret = secret;
  }

  /// A token for a user whose name is the id, with a capital.
  public String sign(UserId user, long expiresAtSeconds) {
    String id = user.value();
    String name = id.substring(0, 1).toUpperCase(Locale.ROOT) + id.substring(1);
    Jwt jwt =
        Jwt.builder()
            .algorithm("HS256")
            .subject(id)
            .addPayloadClaim("username", name)
            .issueTime(Instant.now())
            .expirationTime(Instant.ofEpochSecond(expiresAtSeconds))
            .build();
    return SignedJwt.sign(jwt, TokenVerifier.octet(secret)).tokenContent();
  }
}
