package parley.edge.upstream;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Addresses of nodes as they are configured: `host:port` is one node, `dns:name:port` all that the
/// name leads to now. An IPv6 address is in brackets: `[::1]:9101`.
final class Addresses {

  private static final System.Logger LOG = System.getLogger(Addresses.class.getName());
  private static final Pattern FORM =
      Pattern.compile("(dns:)?([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+])(:(\\d{1,5}))");
  private static final int HIGHEST_PORT = 65_535;

  private Addresses() {}

  /// Looks at what was configured.
  ///
  /// @throws IllegalArgumentException in words, when something is no address
  static void check(List<String> configured) {
    if (configured.isEmpty()) {
      throw new IllegalArgumentException("no address is given");
    }
    configured.forEach(Addresses::parts);
  }

  private static Matcher parts(String address) {
    Matcher parts = FORM.matcher(address);
    if (!parts.matches()) {
      throw new IllegalArgumentException(
          "not an address: \"" + address + "\"; one is host:port, or dns:name:port");
    }
    int port = Integer.parseInt(parts.group(4));
    if (port < 1 || port > HIGHEST_PORT) {
      throw new IllegalArgumentException(
          "not a port, which is 1 to " + HIGHEST_PORT + ": \"" + address + "\"");
    }
    return parts;
  }

  /// Each node's `host:port`, in the order in which they were configured. Blocks on the network for
  /// names. Empty when a name cannot be looked up: then nothing is known of what is gone.
  ///
  /// @throws IllegalArgumentException when something is no address
  static Set<String> resolve(List<String> configured) {
    Set<String> found = new LinkedHashSet<>();
    for (String address : configured) {
      Matcher parts = parts(address);
      if (parts.group(1) == null) {
        found.add(address);
        continue;
      }
      try {
        found.addAll(lookedUp(parts.group(2), parts.group(3)));
      } catch (UnknownHostException e) {
        LOG.log(System.Logger.Level.WARNING, "{0} cannot be looked up", address);
        return Set.of();
      }
    }
    return found;
  }

  private static Set<String> lookedUp(String name, String port) throws UnknownHostException {
    Set<String> found = new TreeSet<>(); // answers come in any order
    for (InetAddress each : InetAddress.getAllByName(name)) {
      String host = each.getHostAddress();
      found.add((host.contains(":") ? "[" + host + "]" : host) + port);
    }
    return found;
  }
}
