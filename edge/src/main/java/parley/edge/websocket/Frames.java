package parley.edge.websocket;

import java.util.List;

/// Encodes and walks over server frames: final, unmasked. Several of them can stand behind one
/// another in one array.
public final class Frames {

  static final int CONTINUATION = 0;

  /// The opcode of text.
  public static final int TEXT = 1;

  /// The opcode of binary data.
  public static final int BINARY = 2;

  static final int CLOSE = 8;
  static final int PING = 9;
  static final int PONG = 10;
  static final int FIN = 0x80;
  static final int RSV1 = 0x40;

  /// Sees each frame of an array.
  public interface Visitor {

    /// One frame, whose payload is `length` bytes from `offset` on.
    void frame(int opcode, int offset, int length);
  }

  private Frames() {}

  /// A text frame around UTF-8 bytes.
  public static byte[] text(byte[] utf8, int length) {
    return frame(FIN | TEXT, utf8, length);
  }

  /// A binary frame.
  public static byte[] binary(byte[] payload) {
    return frame(FIN | BINARY, payload, payload.length);
  }

  /// A text frame, then a binary frame for each attachment: written together, nothing comes between
  /// them.
  public static byte[] group(byte[] utf8, int length, List<byte[]> attachments) {
    int size = headSize(length) + length;
    for (byte[] attachment : attachments) {
      size += headSize(attachment.length) + attachment.length;
    }
    byte[] frames = new byte[size];
    int at = put(frames, 0, FIN | TEXT, utf8, length);
    for (byte[] attachment : attachments) {
      at = put(frames, at, FIN | BINARY, attachment, attachment.length);
    }
    return frames;
  }

  /// Walks over frames made here.
  public static void each(byte[] frames, Visitor visitor) {
    int at = 0;
    while (at < frames.length) {
      int opcode = frames[at] & 15;
      int short7 = frames[at + 1] & 127;
      int head = short7 < 126 ? 2 : short7 == 126 ? 4 : 10;
      int length = short7;
      if (short7 >= 126) {
        length = 0;
        for (int i = 2; i < head; i++) {
          length = length << 8 | frames[at + i] & 0xff;
        }
      }
      visitor.frame(opcode, at + head, length);
      at += head + length;
    }
  }

  static byte[] pong(byte[] payload) {
    return frame(FIN | PONG, payload, payload.length);
  }

  static byte[] close(CloseCode code) {
    return frame(FIN | CLOSE, new byte[] {(byte) (code.number() >> 8), (byte) code.number()}, 2);
  }

  /// Echoes the peer's close: its code, or none where it gave none.
  static byte[] closeEcho(byte[] payload) {
    return frame(FIN | CLOSE, payload, Math.min(payload.length, 2));
  }

  static byte[] frame(int first, byte[] payload, int length) {
    byte[] frame = new byte[headSize(length) + length];
    put(frame, 0, first, payload, length);
    return frame;
  }

  private static int headSize(int length) {
    return length < 126 ? 2 : length < 65_536 ? 4 : 10;
  }

  private static int put(byte[] frames, int at, int first, byte[] payload, int length) {
    frames[at] = (byte) first;
    int head = headSize(length);
    if (head == 2) {
      frames[at + 1] = (byte) length;
    } else {
      frames[at + 1] = (byte) (head == 4 ? 126 : 127);
      for (int i = 2; i < head; i++) {
        frames[at + i] = (byte) ((long) length >>> 8 * (head - 1 - i));
      }
    }
    System.arraycopy(payload, 0, frames, at + head, length);
    return at + head + length;
  }
}
