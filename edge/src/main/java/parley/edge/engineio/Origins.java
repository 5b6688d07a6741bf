package parley.edge.engineio;

import java.net.URI;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The pages that may connect. A browser names its page's origin; CORS does not guard WebSockets,
/// so the server must. Requests without an Origin are no browser's and pass, as do pages that this
/// very host served, if its name is an address, `localhost`, or one of the names that are ours: any
/// other name could be somebody else's that leads here (DNS rebinding).
///
/// @param allowed scheme, host and port of each; `*` allows all
/// @param hosts names that this server has, without ports
public record Origins(Set<String> allowed, Set<String> hosts) {

  private static final Pattern ADDRESS = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}|\\[.*\\]");

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

  private boolean sameHost(String origin, String host) {
    try {
      URI page = URI.create(origin);
      String authority = page.getRawAuthority();
      return authority != null && authority.equalsIgnoreCase(host) && isOurs(page.getHost());
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private boolean isOurs(@Nullable String name) {
    return name != null
        && (ADDRESS.matcher(name).matches()
            || name.equalsIgnoreCase("localhost")
            || hosts.contains(name.toLowerCase(Locale.ROOT)));
  }
}
