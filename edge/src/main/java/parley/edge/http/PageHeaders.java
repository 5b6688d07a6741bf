package parley.edge.http;

import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.List;

/// Headers of whatever a browser could show as a page: it runs its own scripts alone, talks to this
/// server alone, stands in nobody's frame, and nothing is taken for what it does not say it is.
public final class PageHeaders implements Handler {

  private static final List<Header> HEADERS =
      List.of(
          HeaderValues.createCached(
              HeaderNames.create("Content-Security-Policy"),
              "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src"
                  + " data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"),
          HeaderValues.createCached(HeaderNames.create("X-Content-Type-Options"), "nosniff"),
          HeaderValues.createCached(HeaderNames.create("X-Frame-Options"), "DENY"),
          HeaderValues.createCached(HeaderNames.create("Referrer-Policy"), "no-referrer"));

  @Override
  public void handle(ServerRequest request, ServerResponse response) {
    HEADERS.forEach(response::header);
    response.next();
  }
}
