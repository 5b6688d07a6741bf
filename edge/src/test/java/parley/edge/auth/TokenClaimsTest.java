package parley.edge.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Which claims of a token matter, and which do not.
class TokenClaimsTest {

  private final TokenVerifier verifier =
      new TokenVerifier(new AuthConfig(TokenVerifierTest.SECRET, "", "", "", false));

  /// What identity providers add, in whatever form, is nobody's business here.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"updated_at\":\"2025-12-23T10:59:07.841Z\"",
        "\"email_verified\":\"true\"",
        "\"phone_number_verified\":1",
        "\"address\":\"a street\"",
        "\"birthdate\":\"soon\"",
        "\"zoneinfo\":\"\"",
        "\"zoneinfo\":\"Nowhere/X\"",
        "\"locale\":\"??\"",
        "\"picture\":\"http://a b/c\"",
        "\"website\":7",
        "\"auth_time\":\"then\"",
        "\"iat\":\"x\"",
        "\"iat\":9223372036854775807",
        "\"jti\":{}",
        "\"groups\":\"one\"",
        "\"scope\":[\"a\"]",
        "\"nbf\":null",
        "\"exp\":null",
        "\"exp\":4102444800.75",
        "\"exp\":1e18",
        "\"email\":{}",
        "\"username\":null"
      })
  void claimsThatNobodyReadsAreNoReasonToRefuse(String claim) throws Exception {
    assertEquals(
        "u",
        verifier
            .verify(
                TokenVerifierTest.hs256("{\"sub\":\"u\"," + claim + "}", TokenVerifierTest.SECRET))
            .userId());
  }

  @Test
  void tokensWithoutAnEndAreRefusedWhereThatIsAsked() throws Exception {
    TokenVerifier strict =
        new TokenVerifier(new AuthConfig(TokenVerifierTest.SECRET, "", "", "", true));
    String endless = TokenVerifierTest.hs256("{\"sub\":\"u\"}", TokenVerifierTest.SECRET);
    assertThrows(InvalidTokenException.class, () -> strict.verify(endless));
    String ends =
        TokenVerifierTest.hs256(
            "{\"sub\":\"u\",\"exp\":" + (TokenVerifierTest.now() + 60) + "}",
            TokenVerifierTest.SECRET);
    assertEquals("u", strict.verify(ends).userId());
  }
}
