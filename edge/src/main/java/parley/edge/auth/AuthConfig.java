package parley.edge.auth;

import java.nio.charset.StandardCharsets;
import parley.process.Settings;

/// How tokens are verified. At least one of secret and JWKS address is given.
///
/// @param secret for HS256; empty = such tokens are refused
/// @param jwksUri where RS256 and ES256 keys are published; empty = such tokens are refused
/// @param issuer required `iss`; empty = any
/// @param audience required `aud`; empty = any
/// @param expiryRequired tokens without `exp` are refused
public record AuthConfig(
    String secret, String jwksUri, String issuer, String audience, boolean expiryRequired) {

  private static final System.Logger LOG = System.getLogger(AuthConfig.class.getName());
  private static final int SHORTEST_BYTES = 8;
  private static final int HS256_BYTES = 32;

  /// @throws IllegalArgumentException when there is no key at all, or one that can be guessed
  public static AuthConfig from(Settings settings) {
    AuthConfig config =
        new AuthConfig(
            settings.secret("JWT_SECRET"),
            settings.text("JWT_JWKS_URI", ""),
            settings.text("JWT_ISSUER", ""),
            settings.text("JWT_AUDIENCE", ""),
            settings.flag("JWT_EXPIRY_REQUIRED", false));
    if (config.secret.isEmpty() && config.jwksUri.isEmpty()) {
      throw new IllegalArgumentException(
          "no key to verify tokens with: set JWT_SECRET (for HS256), or JWT_JWKS_URI (for RS256 and"
              + " ES256)");
    }
    checkStrength(config.secret);
    return config;
  }

  private static void checkStrength(String secret) {
    int bytes = secret.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > 0 && bytes < SHORTEST_BYTES) {
      throw new IllegalArgumentException(
          "JWT_SECRET has "
              + bytes
              + " bytes, which anybody can guess: "
              + SHORTEST_BYTES
              + " at least, 32 for HS256 (RFC 7518)");
    }
    if (bytes > 0 && bytes < HS256_BYTES) {
      LOG.log(
          System.Logger.Level.WARNING,
          "JWT_SECRET has {0} bytes; HS256 wants 32 (RFC 7518): whoever sees one token can try",
          bytes);
    }
  }
}
