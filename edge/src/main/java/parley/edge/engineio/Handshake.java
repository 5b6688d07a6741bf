package parley.edge.engineio;

import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.Headers;
import io.helidon.http.HttpPrologue;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// The first HTTP request of a session, as far as somebody may ask for it later. Kept for as long
/// as the session lives, hence flat.
public final class Handshake {

  private static final Set<String> KEPT =
      Set.of(
          HeaderNames.AUTHORIZATION.lowerCase(),
          HeaderNames.COOKIE.lowerCase(),
          HeaderNames.HOST.lowerCase(),
          HeaderNames.ORIGIN.lowerCase(),
          HeaderNames.USER_AGENT.lowerCase(),
          HeaderNames.X_FORWARDED_FOR.lowerCase(),
          "sec-websocket-extensions",
          "x-real-ip");

  private final String[] headers; // name, value, name, value, ...
  private final String[] query;
  private final String remoteAddress;

  private Handshake(String[] headers, String[] query, String remoteAddress) {
    this.headers = headers;
    this.query = query;
    this.remoteAddress = remoteAddress;
  }

  /// Of each header the last value counts, of each parameter the first.
  static Handshake of(HttpPrologue prologue, Headers headers, String remoteAddress) {
    List<String> kept = new ArrayList<>();
    for (Header header : headers) {
      String name = header.name().toLowerCase(Locale.ROOT);
      if (KEPT.contains(name)) {
        kept.add(name);
        kept.add(header.get());
      }
    }
    List<String> query = new ArrayList<>();
    for (String name : prologue.query().names()) {
      query.add(name);
      query.add(prologue.query().first(name).orElse(""));
    }
    return new Handshake(kept.toArray(String[]::new), query.toArray(String[]::new), remoteAddress);
  }

  /// One of the headers authorization, cookie, host, origin, sec-websocket-extensions, user-agent,
  /// x-forwarded-for, x-real-ip; empty when absent.
  public String header(String lowerCaseName) {
    return find(headers, lowerCaseName);
  }

  /// A query parameter; empty when absent.
  public String parameter(String name) {
    return find(query, name);
  }

  /// The address of whoever connected: the proxy's, where there is one.
  public String remoteAddress() {
    return remoteAddress;
  }

  private static String find(String[] pairs, String name) {
    for (int i = 0; i < pairs.length; i += 2) {
      if (pairs[i].equals(name)) {
        return pairs[i + 1];
      }
    }
    return "";
  }
}
