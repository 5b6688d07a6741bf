package parley.contract;

/// A connection of a client to one namespace of an edge, unique in the cluster and never used
/// again: by it presence knows the connection. A client that goes on with a connection has another,
/// and knows its socket by the id that it had before.
public record ConnectionId(String value) {

  /// @throws InvalidIdException when `value` is none: 1 to 100 characters of `[A-Za-z0-9_.:@=-]`
  public ConnectionId {
    Ids.check(value, "Invalid connection ID");
  }

  @Override
  public String toString() {
    return value;
  }
}
