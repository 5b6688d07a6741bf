package parley.edge.engineio;

import java.util.Map;

/// The first HTTP request of a session.
///
/// @param headers by lower-case name; the last value of each
/// @param query by name; the first value of each
public record Handshake(Map<String, String> headers, Map<String, String> query) {

  /// A header; empty when absent.
  public String header(String lowerCaseName) {
    return headers.getOrDefault(lowerCaseName, "");
  }

  /// A query parameter; empty when absent.
  public String parameter(String name) {
    return query.getOrDefault(name, "");
  }
}
