package parley.edge.websocket;

import io.helidon.common.socket.HelidonSocket;
import io.helidon.common.socket.PlainSocket;
import java.lang.reflect.Field;
import org.jspecify.annotations.Nullable;

/// The 8 KiB that Helidon's socket reads requests through. It keeps them for as long as it lives,
/// which was the half of what an idle WebSocket cost, and nothing uses them after the upgrade:
/// frames are read by {@link Inbound}. Helidon has no way to give them back, so the field is
/// emptied by reflection; docs/decisions/0018 says what that rests on. Where it cannot be done, a
/// connection costs 8 KiB more and nothing else changes.
final class HandshakeBuffer {

  private static final System.Logger LOG = System.getLogger(HandshakeBuffer.class.getName());
  private static final byte[] NOTHING = {};
  private static final @Nullable Field FIELD = field();

  private HandshakeBuffer() {}

  /// Gives the buffer back. After this nobody may call the socket's `get`.
  ///
  /// @return false when this socket, or this Helidon, has none that can be taken
  static boolean release(HelidonSocket socket) {
    if (FIELD == null || !(socket instanceof PlainSocket)) {
      return false;
    }
    try {
      FIELD.set(socket, NOTHING);
      return true;
    } catch (IllegalAccessException e) {
      return false;
    }
  }

  private static @Nullable Field field() {
    try {
      Field field = PlainSocket.class.getDeclaredField("readBuffer");
      field.setAccessible(true);
      return field.getType() == byte[].class ? field : null;
    } catch (ReflectiveOperationException | RuntimeException e) {
      LOG.log(System.Logger.Level.INFO, "each WebSocket keeps a read buffer of 8 KiB: {0}", e);
      return null;
    }
  }
}
