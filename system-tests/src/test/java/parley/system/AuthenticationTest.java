package parley.system;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import parley.contract.UserId;
import parley.edge.auth.DemoTokens;
import parley.proto.api.PutUserRequest;
import parley.proto.chat.User;

@Timeout(120)
class AuthenticationTest {

  private Parley parley;

  @BeforeEach
  void start() throws Exception {
    parley = Parley.shared();
  }

  private void assertRefused(String words, Map<String, String> auth) {
    try (ChatClient client = ChatClient.open(parley.url(0), auth)) {
      await().atMost(Duration.ofSeconds(20)).until(() -> !client.refusals.isEmpty());
      String refusal = client.refusals.getFirst();
      assertTrue(refusal.contains(words), refusal);
      String code = words.equals("Invalid user") ? "INVALID_USER" : "UNAUTHENTICATED";
      assertTrue(refusal.contains("\"code\":\"" + code + "\""), refusal);
    }
  }

  @Test
  void withoutATokenItIsRequired() {
    assertRefused("Authentication required", Map.of());
    assertRefused("Authentication required", Map.of("token", ""));
  }

  @Test
  void badTokensOfEveryKindFail() {
    String user = parley.user("ana");
    String good = parley.token(user);
    String[] parts = good.split("\\.", -1);
    long expired = Instant.now().getEpochSecond() - 60;
    String secret = parley.cluster.options().jwtSecret();
    String none =
        Base64.getUrlEncoder().withoutPadding().encodeToString("{\"alg\":\"none\"}".getBytes());
    for (String bad :
        List.of(
            "garbage",
            "a.b.c",
            parts[0] + "." + parts[1] + ".",
            parts[0] + "." + parts[1] + "." + parts[2].substring(0, 5),
            none + "." + parts[1] + ".",
            new DemoTokens("another secret").sign(new UserId(user), expired + 3_600),
            new DemoTokens(secret).sign(new UserId(user), expired))) {
      assertRefused("Authentication failed", Map.of("token", bad));
    }
  }

  @Test
  void usersMustExistAndBeActive() {
    assertRefused("Invalid user", Map.of("token", parley.token("never-seen")));
    String user = parley.user("gone");
    parley
        .users()
        .putUser(
            PutUserRequest.newBuilder()
                .setUser(User.newBuilder().setId(user).setUsername("gone").setActive(false))
                .build());
    assertRefused("Invalid user", Map.of("token", parley.token(user)));
  }

  @Test
  void theTokenMayComeInTheHeaderOrTheAddress() throws Exception {
    String user = parley.user("ana");
    String token = parley.token(user);
    try (RawSocket raw = RawSocket.open(parley, "", "Authorization", "Bearer " + token)) {
      raw.send("40");
      raw.awaitText("42[\"connected\"");
    }
    try (RawSocket raw = RawSocket.open(parley, "&token=" + token)) {
      raw.send("40");
      raw.awaitText("42[\"connected\"");
    }
  }

  /// Many pass on the header's value as it is; a scheme's name is the same in any case.
  @Test
  void theWordBearerMayStandBeforeTheTokenInAnyCase() throws Exception {
    String token = parley.token(parley.user("ana"));
    for (String scheme : List.of("bearer ", "BEARER  ", "Bearer\t")) {
      try (RawSocket raw = RawSocket.open(parley, "", "Authorization", scheme + token)) {
        raw.send("40");
        raw.awaitText("42[\"connected\"");
      }
      try (RawSocket raw = RawSocket.open(parley, "")) {
        raw.send("40{\"token\":\"" + scheme.replace("\t", " ") + token + "\"}");
        raw.awaitText("42[\"connected\"");
      }
    }
    assertRefused("Authentication failed", Map.of("token", "Basic " + token));
  }

  @Test
  void foreignOriginsAreTurnedAwayBeforeTheUpgrade() throws Exception {
    for (String foreign :
        List.of("http://evil.example", "null", "http://localhost:3000.evil.example")) {
      assertEquals(403, handshakeStatus(foreign));
    }
    try (RawSocket allowed = RawSocket.open(parley, "", "Origin", "http://localhost:3000")) {
      allowed.awaitText("0{");
    }
    try (RawSocket same = RawSocket.open(parley, "", "Origin", parley.url(0))) {
      same.awaitText("0{");
    }
  }

  private int handshakeStatus(String origin) {
    try (RawSocket opened = RawSocket.open(parley, "", "Origin", origin)) {
      return 101;
    } catch (RawSocket.RefusedException e) {
      return e.status;
    }
  }
}
