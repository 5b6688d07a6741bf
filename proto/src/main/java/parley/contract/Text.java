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

  /// Well-formed, and without `<` and `>`: a name that is given back exactly as it came, so that it
  /// cannot be escaped for pages that show it.
  public static boolean isName(String text) {
    return text.indexOf('<') < 0 && text.indexOf('>') < 0 && isWellFormed(text);
  }
}
