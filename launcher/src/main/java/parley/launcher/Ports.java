package parley.launcher;

import java.util.LinkedHashMap;
import java.util.Map;

/// Which port everything has, on 127.0.0.1: edges from `first` on, all else from `internal` on.
///
/// @param internal of the first core node; the first presence node, Redis and the store follow,
///     then further core nodes, then further presence nodes
public record Ports(int first, int internal, int edges, int cores, int presences) {

  /// Of an edge, from 0.
  public int edge(int index) {
    return first + index;
  }

  /// Of a core node, from 0; gRPC.
  public int core(int index) {
    return index == 0 ? internal : store() + index;
  }

  /// Of a presence node, from 0; gRPC.
  public int presence(int index) {
    return index == 0 ? internal + 1 : store() + cores - 1 + index;
  }

  public int redis() {
    return internal + 2;
  }

  public int store() {
    return internal + 3;
  }

  /// All, by what has them and the flag that moves it.
  ///
  /// @throws IllegalArgumentException when two have the same, with words for whoever typed it
  Map<String, Integer> byOwner() {
    Map<String, Integer> ports = new LinkedHashMap<>();
    for (int i = 0; i < edges; i++) {
      ports.put("edge " + (i + 1) + " (--port)", edge(i));
    }
    for (int i = 0; i < cores; i++) {
      ports.put(Options.node("core", i) + " (--internal-port)", core(i));
    }
    for (int i = 0; i < presences; i++) {
      ports.put(Options.node("presence", i) + " (--internal-port)", presence(i));
    }
    ports.put("Redis (--internal-port)", redis());
    ports.put("the store (--internal-port)", store());
    Map<Integer, String> owners = new LinkedHashMap<>();
    ports.forEach(
        (owner, port) -> {
          String other = owners.put(port, owner);
          if (other != null) {
            throw new IllegalArgumentException(
                other + " and " + owner + " would both have port " + port);
          }
        });
    return ports;
  }
}
