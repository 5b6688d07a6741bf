package parley.edge.upstream;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// Addresses of nodes as they are configured: `host:port` is one node, `dns:name:port` all that the
/// name leads to now.
final class Addresses {

  private static final System.Logger LOG = System.getLogger(Addresses.class.getName());
  private static final String DNS = "dns:";

  private Addresses() {}

  /// Can what it leads to change?
  static boolean resolves(String address) {
    return address.startsWith(DNS);
  }

  /// Each node's `host:port`. Blocks on the network for names. Empty when a name cannot be looked
  /// up: then nothing is known of what is gone.
  static Set<String> resolve(List<String> configured) {
    Set<String> found = new TreeSet<>();
    for (String address : configured) {
      if (!resolves(address)) {
        found.add(address);
        continue;
      }
      int cut = address.lastIndexOf(':');
      String port = address.substring(cut);
      try {
        for (InetAddress each : InetAddress.getAllByName(address.substring(DNS.length(), cut))) {
          String host = each.getHostAddress();
          found.add((host.contains(":") ? "[" + host + "]" : host) + port);
        }
      } catch (UnknownHostException e) {
        LOG.log(System.Logger.Level.WARNING, "{0} cannot be looked up", address);
        return Set.of();
      }
    }
    return found;
  }
}
