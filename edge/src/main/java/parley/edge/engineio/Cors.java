package parley.edge.engineio;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Headers;
import io.helidon.http.WritableHeaders;

/// What lets pages of other origins read the answers (R1.2). On every answer, refusals too: without
/// these headers a browser reports nothing but a CORS failure.
public final class Cors {

  private static final String METHODS = "GET,HEAD,PUT,PATCH,POST,DELETE";

  private final Origins origins;

  public Cors(Origins origins) {
    this.origins = origins;
  }

  /// Headers of any answer: the page's origin echoed, with credentials, if it is on the list. Where
  /// all are allowed, credentials are not.
  public void answer(Headers request, WritableHeaders<?> response) {
    if (origins.all()) {
      response.set(HeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, "*");
      return;
    }
    response.add(HeaderNames.VARY, "Origin");
    String origin = first(request, HeaderNames.ORIGIN);
    if (origins.listed(origin)) {
      response.set(HeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, origin);
      response.set(HeaderNames.ACCESS_CONTROL_ALLOW_CREDENTIALS, "true");
    }
  }

  /// Headers of an answer that any page may read: it says why its page, or a request that could not
  /// be read, is refused.
  public static void anybody(WritableHeaders<?> response) {
    response.set(HeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, "*");
    response.remove(HeaderNames.ACCESS_CONTROL_ALLOW_CREDENTIALS);
  }

  /// Further headers of the answer to a preflight.
  void preflight(Headers request, WritableHeaders<?> response) {
    response.set(HeaderNames.ACCESS_CONTROL_ALLOW_METHODS, METHODS);
    String wanted = first(request, HeaderNames.ACCESS_CONTROL_REQUEST_HEADERS);
    response.add(HeaderNames.VARY, HeaderNames.ACCESS_CONTROL_REQUEST_HEADERS.defaultCase());
    if (!wanted.isEmpty()) {
      response.set(HeaderNames.ACCESS_CONTROL_ALLOW_HEADERS, wanted);
    }
  }

  private static String first(Headers headers, HeaderName name) {
    return headers.contains(name) ? headers.get(name).get() : "";
  }
}
