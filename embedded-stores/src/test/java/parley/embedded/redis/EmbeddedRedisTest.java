package parley.embedded.redis;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
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
    int port;
    try (EmbeddedRedis redis = EmbeddedRedis.start(folder);
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), redis.port())) {
      port = redis.port();
      assertFalse(socket.isClosed());
    }
    assertThrows(
        ConnectException.class, () -> new Socket(InetAddress.getLoopbackAddress(), port).close());
  }

  @Test
  void onAPortThatAnotherRedisHasItDoesNotTakeThatForItself(@TempDir Path folder) throws Exception {
    try (EmbeddedRedis first = EmbeddedRedis.start(folder.resolve("1"))) {
      IOException refused =
          assertThrows(
              IOException.class, () -> EmbeddedRedis.start(folder.resolve("2"), first.port()));
      assertTrue(refused.getMessage().contains("did not start"), refused::getMessage);
    }
  }
}
