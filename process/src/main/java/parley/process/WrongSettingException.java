package parley.process;

import java.io.IOException;

/// A setting turned out to be wrong when the service began: starting it again does not help.
public final class WrongSettingException extends IOException {

  private static final long serialVersionUID = 1L;

  /// @param words for whoever started the process, in a line
  public WrongSettingException(String words) {
    super(words);
  }
}
