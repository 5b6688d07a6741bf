package parley.contract;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A room's name for machines: 1 to 100 characters of `[A-Za-z0-9_.:@=-]`. The alphabet leaves out
/// the separator of {@link MessageId}, so that the ids of one room's entries are one range.
public record RoomId(String value) {

  private static final Pattern DIRECT = Pattern.compile("dm:(\\d{1,3}):(.+)");

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

  /// The two users of a direct room; none when this is no id of one. One, twice, who writes to
  /// themself.
  ///
  /// @throws InvalidIdException when what stands in their place are no user ids
  public List<UserId> pair() {
    Matcher direct = DIRECT.matcher(value);
    if (!direct.matches()) {
      return List.of();
    }
    String names = direct.group(2);
    int low = Integer.parseInt(direct.group(1));
    return low < names.length() && names.charAt(low) == ':'
        ? List.of(new UserId(names.substring(0, low)), new UserId(names.substring(low + 1)))
        : List.of();
  }

  @Override
  public String toString() {
    return value;
  }
}
