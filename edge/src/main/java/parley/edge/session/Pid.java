package parley.edge.session;

import java.security.SecureRandom;
import java.util.Base64;

/// The secret by which a client goes on with a connection.
final class Pid {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int BYTES = 16;

  private Pid() {}

  /// A new one.
  static String random() {
    byte[] bytes = new byte[BYTES];
    RANDOM.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
