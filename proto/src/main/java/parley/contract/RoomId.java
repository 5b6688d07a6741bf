package parley.contract;

/// A room's name for machines: 1 to 100 characters of `[A-Za-z0-9_.:@=-]`. The alphabet leaves out
/// the separator of {@link MessageId}, so that the ids of one room's entries are one range.
public record RoomId(String value) {

  /// @throws InvalidIdException when `value` breaks the rule
  public RoomId {
    Ids.check(value, "Invalid room ID");
  }

  /// The direct room of two users: the same id whichever way round they are given.
  ///
  /// @throws InvalidIdException when the two ids together exceed the length of a room id
  public static RoomId direct(UserId one, UserId other) {
    boolean ordered = one.value().compareTo(other.value()) <= 0;
    String low = ordered ? one.value() : other.value();
    String high = ordered ? other.value() : one.value();
    return new RoomId("dm:" + low.length() + ":" + low + ":" + high);
  }

  @Override
  public String toString() {
    return value;
  }
}
