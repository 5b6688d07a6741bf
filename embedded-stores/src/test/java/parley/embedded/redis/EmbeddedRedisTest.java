package parley.embedded.redis;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class EmbeddedRedisTest {

  @Test
  void answersWhileOpenAndIsGoneWhenClosed(@TempDir Path folder) throws Exception {
    int port = EmbeddedRedis.freePort();
    try (EmbeddedRedis redis = EmbeddedRedis.start(folder, port);
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), redis.port())) {
      assertFalse(socket.isClosed());
    }
    assertThrows(
        ConnectException.class, () -> new Socket(InetAddress.getLoopbackAddress(), port).close());
  }
}
