package parley.contract;

/// An edge, unique for the life of its process.
public record EdgeId(String value) {

  /// @throws InvalidIdException when `value` is none: 1 to 100 characters of `[A-Za-z0-9_.:@=-]`
  public EdgeId {
    Ids.check(value, "Invalid edge ID");
  }

  @Override
  public String toString() {
    return value;
  }
}
