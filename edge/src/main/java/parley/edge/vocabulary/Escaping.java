package parley.edge.vocabulary;

/// Human text in a form without raw `<` and `>`: these two as entities, and an `&` as one only
/// where it would be taken for the beginning of `&lt;`, `&gt;` or `&amp;`. Whoever turns these
/// three back, once and from left to right, has what was written.
final class Escaping {

  private Escaping() {}

  /// The text itself when there is nothing to escape.
  static String of(String text) {
    if (!hasMarkup(text)) {
      return text;
    }
    StringBuilder escaped = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '<' -> escaped.append("&lt;");
        case '>' -> escaped.append("&gt;");
        case '&' -> escaped.append(beginsEntity(text, i) ? "&amp;" : "&");
        default -> escaped.append(c);
      }
    }
    return escaped.toString();
  }

  private static boolean hasMarkup(String text) {
    return text.indexOf('<') >= 0 || text.indexOf('>') >= 0 || text.indexOf('&') >= 0;
  }

  private static boolean beginsEntity(String text, int ampersand) {
    return text.startsWith("lt;", ampersand + 1)
        || text.startsWith("gt;", ampersand + 1)
        || text.startsWith("amp;", ampersand + 1);
  }

  /// May anything in these bytes have been escaped? Where no entity stands, nothing was.
  ///
  /// @param utf8 JSON, with whatever stands around it; its strings hold `&` as it is
  static boolean mayBeIn(byte[] utf8) {
    for (int i = 0; i < utf8.length; i++) {
      if (utf8[i] == '&' && beginsEntity(utf8, i)) {
        return true;
      }
    }
    return false;
  }

  private static boolean beginsEntity(byte[] utf8, int ampersand) {
    return stands(utf8, ampersand + 1, 'l', 't', ';')
        || stands(utf8, ampersand + 1, 'g', 't', ';')
        || stands(utf8, ampersand + 1, 'a', 'm', 'p', ';');
  }

  private static boolean stands(byte[] utf8, int at, char... word) {
    if (at + word.length > utf8.length) {
      return false;
    }
    for (int i = 0; i < word.length; i++) {
      if (utf8[at + i] != word[i]) {
        return false;
      }
    }
    return true;
  }
}
