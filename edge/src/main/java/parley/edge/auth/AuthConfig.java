package parley.edge.auth;

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

  /// @throws IllegalArgumentException when there is no key at all
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
    return config;
  }
}
