package parley.edge.engineio;

import java.net.URI;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The pages that may connect. A browser names its page's origin; CORS does not guard WebSockets,
/// so the server must. Requests without an Origin are no browser's and pass, as do pages that this
/// very host served, if its name is an address, `localhost`, or one of the names that are ours: any
/// other name could be somebody else's that leads here (DNS rebinding).
///
/// @param allowed scheme, host and port of each, in whatever case, with or without the scheme's own
///     port; `https://*.example.org` allows all hosts below; `*` allows all
/// @param hosts names that this server has, without ports
public record Origins(Set<String> allowed, Set<String> hosts) {

  private static final Pattern ADDRESS = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}|\\[.*\\]");
  private static final Pattern ORIGIN = Pattern.compile("([a-z][a-z0-9+.-]*)://([^/?#@\\s]*)/?");
  private static final String ANY_BELOW = "*.";

  public Origins {
    allowed = allowed.stream().map(Origins::canonical).collect(Collectors.toUnmodifiableSet());
  }

  /// As browsers write it, RFC 6454 section 6.1: in lower case, without the scheme's own port.
  private static String canonical(String origin) {
    String lower = origin.strip().toLowerCase(Locale.ROOT);
    Matcher parts = ORIGIN.matcher(lower);
    if (!parts.matches()) {
      return lower;
    }
    String port =
        switch (parts.group(1)) {
          case "http" -> ":80";
          case "https" -> ":443";
          default -> "/"; // none
        };
    String host = parts.group(2);
    return parts.group(1)
        + "://"
        + (host.endsWith(port) ? host.substring(0, host.length() - port.length()) : host);
  }

  /// Could a browser ever name such an origin?
  public static boolean canMatch(String listed) {
    String lower = listed.strip().toLowerCase(Locale.ROOT);
    return lower.equals("*") || lower.equals("null") || ORIGIN.matcher(lower).matches();
  }

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
    String named = canonical(origin);
    return allowed.contains(named) || allowed.stream().anyMatch(one -> isBelow(named, one));
  }

  private static boolean isBelow(String origin, String pattern) {
    int host = pattern.indexOf("://") + "://".length();
    return pattern.startsWith(ANY_BELOW, host)
        && origin.startsWith(pattern.substring(0, host))
        && origin.endsWith(pattern.substring(host + 1))
        && origin.length() > pattern.length() - 1;
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
