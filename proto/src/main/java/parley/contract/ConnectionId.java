package parley.contract;

/// A connection of a client to one namespace of an edge, unique in the cluster: its `socket.id`.
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
