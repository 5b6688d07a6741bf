package parley.edge.http;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Instant;
import java.util.List;
import parley.contract.InvalidIdException;
import parley.contract.UserId;
import parley.edge.auth.DemoTokens;

/// What the demo page asks for: who can sign in, and a token for one of them. Anybody gets a token
/// here, so this is never served unless the demo was asked for.
public final class Demo implements HttpService {

  private static final long TOKEN_SECONDS = 24 * 3_600;

  private final DemoTokens tokens;
  private final List<String> users;

  /// @param users offered on the page
  public Demo(DemoTokens tokens, List<String> users) {
    this.tokens = tokens;
    this.users = users;
  }

  @Override
  public void routing(HttpRules rules) {
    rules.get("/users", this::users).get("/token/{user}", this::token);
  }

  private void users(ServerRequest request, ServerResponse response) {
    json(response, Status.OK_200, "[\"" + String.join("\",\"", users) + "\"]");
  }

  private void token(ServerRequest request, ServerResponse response) {
    try {
      UserId user = new UserId(request.path().pathParameters().get("user"));
      long expires = Instant.now().getEpochSecond() + TOKEN_SECONDS;
      json(response, Status.OK_200, "{\"token\":\"" + tokens.sign(user, expires) + "\"}");
    } catch (InvalidIdException e) {
      json(response, Status.BAD_REQUEST_400, "{\"message\":\"" + e.getMessage() + "\"}");
    }
  }

  private static void json(ServerResponse response, Status status, String body) {
    response
        .status(status)
        .header(HeaderNames.CONTENT_TYPE, "application/json")
        .header(HeaderNames.CACHE_CONTROL, "no-store")
        .send(body);
  }
}
