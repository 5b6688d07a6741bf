package parley.edge.auth;

/// How tokens are verified. At least one of secret and JWKS address is given.
///
/// @param secret for HS256; empty = such tokens are refused
/// @param jwksUri where RS256 and ES256 keys are published; empty = such tokens are refused
/// @param issuer required `iss`; empty = any
/// @param audience required `aud`; empty = any
public record AuthConfig(String secret, String jwksUri, String issuer, String audience) {}
