package parley.contract;

/// The one rule of identifier texts. It leaves out `~`, which separates a room from a position, and
/// `/`, which is kept to put an application's name in front of ids.
final class Ids {

  static final int MAX_LENGTH = 100;

  private Ids() {}

  static void check(String value, String complaint) {
    if (value.isEmpty() || value.length() > MAX_LENGTH) {
      throw new InvalidIdException(complaint);
    }
    for (int i = 0; i < value.length(); i++) {
      if (!allowed(value.charAt(i))) {
        throw new InvalidIdException(complaint);
      }
    }
  }

  private static boolean allowed(char c) {
    return c >= 'a' && c <= 'z'
        || c >= 'A' && c <= 'Z'
        || c >= '0' && c <= '9'
        || "_.:@=-".indexOf(c) >= 0;
  }
}
