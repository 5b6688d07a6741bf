package parley.edge.event;

import java.net.IDN;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import parley.contract.RefusedException;
import parley.contract.Text;
import parley.proto.errors.ErrorCode;

/// Addresses of attachments, taken as browsers take them (the URL standard, "basic URL parser"),
/// who are to open them: any host that they can look up, with `_` and letters of any language, and
/// anything behind it. They are kept as they came.
final class Addresses {

  static final int LONGEST = 2_048;

  /// RFC 3986 section 3.1; the authority ends where a browser ends it.
  private static final Pattern ADDRESS =
      Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*):(?://([^/?#\\\\]*).*)?.*");

  private static final Pattern AUTHORITY =
      Pattern.compile("(?:.*@)?(\\[[0-9A-Fa-f:.]+\\]|[^:@\\[\\]]*)(?::([0-9]*))?");

  /// The URL standard's forbidden host code points, but those that end a host or a line.
  private static final Pattern FORBIDDEN = Pattern.compile("[ <>^|%`{}\"]");

  private static final int LARGEST_PORT = 65_535;

  private final Set<String> schemes;

  /// @param schemes in lower case
  Addresses(Set<String> schemes) {
    this.schemes = schemes;
  }

  /// @return the same
  /// @throws RefusedException saying what is wrong
  String checked(String address) {
    if (address.length() > LONGEST) {
      throw refused("has more than " + LONGEST + " characters");
    }
    if (!Text.isLine(address) || !address.equals(address.strip())) {
      throw refused("must be one line, without blanks around it");
    }
    Matcher parts = ADDRESS.matcher(address);
    if (!parts.matches()) {
      throw refused("must begin with one of " + String.join(", ", schemes) + " and a colon");
    }
    String scheme = parts.group(1).toLowerCase(Locale.ROOT);
    if (!schemes.contains(scheme)) {
      throw refused("must be one of " + String.join(", ", schemes) + ", not " + scheme);
    }
    checkHost(parts.group(2) == null ? "" : parts.group(2));
    return address;
  }

  private static void checkHost(String authority) {
    Matcher parts = AUTHORITY.matcher(authority);
    if (!parts.matches() || parts.group(1).isEmpty()) {
      throw refused("names no host");
    }
    String port = parts.group(2);
    if (port != null
        && !port.isEmpty()
        && (port.length() > 5 || Integer.parseInt(port) > LARGEST_PORT)) {
      throw refused("has a port above " + LARGEST_PORT);
    }
    if (!parts.group(1).startsWith("[") && !isName(parts.group(1))) {
      throw refused("has a host that nobody can look up");
    }
  }

  private static boolean isName(String host) {
    if (FORBIDDEN.matcher(host).find()) {
      return false;
    }
    try {
      return !IDN.toASCII(host, IDN.ALLOW_UNASSIGNED).isEmpty();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static RefusedException refused(String why) {
    return new RefusedException(ErrorCode.INVALID_CONTENT, "an attachment's url " + why);
  }
}
