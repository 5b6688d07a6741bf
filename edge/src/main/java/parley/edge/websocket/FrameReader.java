package parley.edge.websocket;

import io.helidon.common.buffers.DataReader;
import java.util.ArrayList;
import java.util.List;

/// Reads whole messages from a client's frames: joins fragments, lets control frames pass between
/// them, and refuses everything that RFC 6455 section 5 forbids a client. Used by the connection's
/// thread alone; blocks on the socket.
final class FrameReader {

  /// What a client can say.
  sealed interface Incoming {
    record Text(String text) implements Incoming {}

    record Binary(byte[] bytes) implements Incoming {}

    record Ping(byte[] payload) implements Incoming {}

    record Pong() implements Incoming {}

    /// @param payload empty, or a code and a reason that were found valid
    record Close(byte[] payload) implements Incoming {}
  }

  private static final int LARGEST_CONTROL = 125;

  private final DataReader in;
  private final int maxMessageBytes;
  private final List<byte[]> fragments = new ArrayList<>(0);
  private int fragmentOpcode;
  private int fragmentBytes;

  /// @param maxMessageBytes a message, all its fragments together, may have so many bytes
  FrameReader(DataReader in, int maxMessageBytes) {
    this.in = in;
    this.maxMessageBytes = maxMessageBytes;
  }

  /// The next message or control frame.
  ///
  /// @throws WebSocketException when the client broke the protocol or a limit
  Incoming next() throws WebSocketException {
    while (true) {
      int first = in.read() & 0xff;
      int second = in.read() & 0xff;
      int opcode = first & 15;
      boolean last = (first & 0x80) != 0;
      if ((first & 0x70) != 0) {
        throw broken("reserved bits are set");
      }
      if ((second & 0x80) == 0) {
        throw broken("client frames must be masked");
      }
      long length = length(second & 127);
      if (opcode >= 8) {
        return control(opcode, last, length);
      }
      Incoming message = data(opcode, last, length);
      if (message != null) {
        return message;
      }
    }
  }

  private long length(int short7) throws WebSocketException {
    if (short7 < 126) {
      return short7;
    }
    int bytes = short7 == 126 ? 2 : 8;
    long length = 0;
    for (int i = 0; i < bytes; i++) {
      length = length << 8 | in.read() & 0xff;
    }
    if (length < 0) {
      throw broken("length is negative");
    }
    return length;
  }

  private Incoming control(int opcode, boolean last, long length) throws WebSocketException {
    if (!last || length > LARGEST_CONTROL) {
      throw broken("control frames are whole and have at most 125 bytes");
    }
    byte[] payload = unmasked((int) length);
    return switch (opcode) {
      case Frames.CLOSE -> new Incoming.Close(checkedClose(payload));
      case Frames.PING -> new Incoming.Ping(payload);
      case Frames.PONG -> new Incoming.Pong();
      default -> throw broken("unknown opcode");
    };
  }

  private static byte[] checkedClose(byte[] payload) throws WebSocketException {
    if (payload.length == 1) {
      throw broken("half a close code");
    }
    if (payload.length >= 2) {
      int code = (payload[0] & 0xff) << 8 | payload[1] & 0xff;
      if (!CloseCode.mayBeReceived(code)) {
        throw broken("close code may not be sent");
      }
      byte[] reason = java.util.Arrays.copyOfRange(payload, 2, payload.length);
      Utf8.decode(reason);
    }
    return payload;
  }

  private @org.jspecify.annotations.Nullable Incoming data(int opcode, boolean last, long length)
      throws WebSocketException {
    boolean continues = opcode == Frames.CONTINUATION;
    if (!continues && opcode != Frames.TEXT && opcode != Frames.BINARY) {
      throw broken("unknown opcode");
    }
    if (continues != (fragmentOpcode != 0)) {
      throw broken(continues ? "nothing to continue" : "a message is not finished");
    }
    if (fragmentBytes + length > maxMessageBytes) {
      throw new WebSocketException(CloseCode.TOO_BIG, "message is too big");
    }
    byte[] payload = unmasked((int) length);
    if (last && !continues) {
      return message(opcode, payload);
    }
    if (!continues) {
      fragmentOpcode = opcode;
    }
    fragments.add(payload);
    fragmentBytes += payload.length;
    return last ? joined() : null;
  }

  private Incoming joined() throws WebSocketException {
    byte[] whole = new byte[fragmentBytes];
    int at = 0;
    for (byte[] fragment : fragments) {
      System.arraycopy(fragment, 0, whole, at, fragment.length);
      at += fragment.length;
    }
    int opcode = fragmentOpcode;
    fragments.clear();
    fragmentOpcode = 0;
    fragmentBytes = 0;
    return message(opcode, whole);
  }

  private static Incoming message(int opcode, byte[] payload) throws WebSocketException {
    return opcode == Frames.TEXT
        ? new Incoming.Text(Utf8.decode(payload))
        : new Incoming.Binary(payload);
  }

  private byte[] unmasked(int length) {
    byte m0 = in.read();
    byte m1 = in.read();
    byte m2 = in.read();
    byte m3 = in.read();
    byte[] payload = length == 0 ? new byte[0] : in.readBytes(length);
    int whole = length & ~3;
    for (int i = 0; i < whole; i += 4) {
      payload[i] ^= m0;
      payload[i + 1] ^= m1;
      payload[i + 2] ^= m2;
      payload[i + 3] ^= m3;
    }
    byte[] mask = {m0, m1, m2};
    for (int i = whole; i < length; i++) {
      payload[i] ^= mask[i - whole];
    }
    return payload;
  }

  private static WebSocketException broken(String reason) {
    return new WebSocketException(CloseCode.PROTOCOL_ERROR, reason);
  }
}
