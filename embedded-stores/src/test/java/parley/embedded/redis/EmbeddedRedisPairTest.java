package parley.embedded.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class EmbeddedRedisPairTest {

  private static final int PATIENCE_MILLIS = 5_000;

  @Test
  void aClientWhoseMasterIsGoneIsLetGo(@TempDir Path folder) throws Exception {
    try (EmbeddedRedisPair pair = EmbeddedRedisPair.start(folder)) {
      pair.master().kill();
      try (Socket client = new Socket(InetAddress.getLoopbackAddress(), pair.port())) {
        client.setSoTimeout(PATIENCE_MILLIS);
        assertEquals(-1, client.getInputStream().read());
      }
    }
  }
}
