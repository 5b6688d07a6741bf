package parley.edge.engineio;

import java.net.URI;
import java.util.Set;

/// The pages that may connect. A browser names its page's origin; CORS does not guard WebSockets,
/// so the server must. Requests without an Origin are no browser's and pass, as do pages that this
/// very host served.
///
/// @param allowed scheme, host and port of each; `*` allows all
public record Origins(Set<String> allowed) {

  /// May a page of this origin connect to this host?
  public boolean allowed(String origin, String host) {
    return origin.isEmpty() || all() || listed(origin) || sameHost(origin, host);
  }

  /// Are all allowed?
  boolean all() {
    return allowed.contains("*");
  }

  /// Is it on the list?
  boolean listed(String origin) {
    return allowed.contains(origin);
  }

  private static boolean sameHost(String origin, String host) {
    try {
      String authority = URI.create(origin).getRawAuthority();
      return authority != null && authority.equalsIgnoreCase(host);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
