package parley.contract;

/// A user's name for machines: 1 to 100 characters of `[A-Za-z0-9_.:@=-]`.
public record UserId(String value) {

  /// @throws InvalidIdException when `value` breaks the rule
  public UserId {
    Ids.check(value, "Invalid user ID");
  }

  @Override
  public String toString() {
    return value;
  }
}
