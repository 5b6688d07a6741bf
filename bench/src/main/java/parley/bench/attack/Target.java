package parley.bench.attack;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// The edge that is attacked.
///
/// @param pid its process, on this machine
/// @param secret that it accepts tokens of, HS256
record Target(InetSocketAddress address, long pid, String secret) {

  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

  /// MiB of resident memory; 0 when the process is gone.
  long residentMiB() {
    try (var lines = Files.lines(Path.of("/proc/" + pid + "/status"))) {
      return lines
              .filter(line -> line.startsWith("VmRSS:"))
              .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
              .findFirst()
              .orElse(0)
          / 1_024;
    } catch (IOException gone) {
      return 0;
    }
  }

  /// A token of that user, good for an hour.
  String token(String user) {
    return signed(user, secret);
  }

  /// A token that looks right and is not.
  String forged(String user) {
    return signed(user, "another secret");
  }

  private static String signed(String user, String secret) {
    long expires = System.currentTimeMillis() / 1_000 + 3_600;
    String head = text("{\"alg\":\"HS256\",\"typ\":\"JWT\"}");
    String body = text("{\"sub\":\"" + user + "\",\"exp\":" + expires + "}");
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      byte[] sum = mac.doFinal((head + "." + body).getBytes(StandardCharsets.UTF_8));
      return head + "." + body + "." + BASE64.encodeToString(sum);
    } catch (java.security.GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String text(String json) {
    return BASE64.encodeToString(json.getBytes(StandardCharsets.UTF_8));
  }
}
