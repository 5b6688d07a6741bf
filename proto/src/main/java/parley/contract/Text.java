package parley.contract;

/// What texts that people or their programs choose must be.
public final class Text {

  private Text() {}

  /// Can UTF-8 carry it? A lone surrogate becomes `?` on the way, so two texts that differ in one
  /// would be the same from there on.
  public static boolean isWellFormed(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!Character.isSurrogate(c)) {
        continue;
      }
      boolean pair =
          Character.isHighSurrogate(c)
              && i + 1 < text.length()
              && Character.isLowSurrogate(text.charAt(i + 1));
      if (!pair) {
        return false;
      }
      i++;
    }
    return true;
  }

  /// Well-formed text of one line, without characters that are not seen but change how others are
  /// shown: no controls, no line ends (U+2028 and U+2029 among them), no overrides of the direction
  /// of writing.
  public static boolean isLine(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (isUnseen(text.charAt(i))) { // all of these are one char
        return false;
      }
    }
    return isWellFormed(text);
  }

  private static boolean isUnseen(int c) {
    return Character.isISOControl(c)
        || c == 0x2028
        || c == 0x2029
        || c >= 0x202a && c <= 0x202e
        || c >= 0x2066 && c <= 0x2069;
  }

  /// A line without `<` and `>`: it is given back and compared exactly as it came, so that it
  /// cannot be escaped for pages that show it.
  public static boolean isName(String text) {
    return text.indexOf('<') < 0 && text.indexOf('>') < 0 && isLine(text);
  }
}
