package parley.edge.websocket;

/// Encodes server frames: final, unmasked.
public final class Frames {

  static final int CONTINUATION = 0;
  static final int TEXT = 1;
  static final int BINARY = 2;
  static final int CLOSE = 8;
  static final int PING = 9;
  static final int PONG = 10;

  private Frames() {}

  /// A text frame around UTF-8 bytes.
  public static byte[] text(byte[] utf8, int length) {
    return frame(TEXT, utf8, length);
  }

  /// Where the payload of a frame made here begins.
  public static int payloadOffset(byte[] frame) {
    return switch (frame[1] & 127) {
      case 126 -> 4;
      case 127 -> 10;
      default -> 2;
    };
  }

  static byte[] pong(byte[] payload) {
    return frame(PONG, payload, payload.length);
  }

  static byte[] close(CloseCode code) {
    return frame(CLOSE, new byte[] {(byte) (code.number() >> 8), (byte) code.number()}, 2);
  }

  /// Echoes the peer's close: its code, or none where it gave none.
  static byte[] closeEcho(byte[] payload) {
    return frame(CLOSE, payload, Math.min(payload.length, 2));
  }

  private static byte[] frame(int opcode, byte[] payload, int length) {
    byte[] frame;
    if (length < 126) {
      frame = new byte[length + 2];
      frame[1] = (byte) length;
    } else if (length < 65_536) {
      frame = new byte[length + 4];
      frame[1] = 126;
      frame[2] = (byte) (length >> 8);
      frame[3] = (byte) length;
    } else {
      frame = new byte[length + 10];
      frame[1] = 127;
      for (int i = 0; i < 8; i++) {
        frame[2 + i] = (byte) ((long) length >>> (56 - 8 * i));
      }
    }
    frame[0] = (byte) (0x80 | opcode);
    System.arraycopy(payload, 0, frame, frame.length - length, length);
    return frame;
  }
}
