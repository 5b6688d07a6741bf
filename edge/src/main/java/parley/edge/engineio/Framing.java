package parley.edge.engineio;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import parley.edge.websocket.Frames;

/// How packets look to a client: the protocol's version, and whether binary data has to travel as
/// text.
enum Framing {
  V4,
  V4_TEXT,
  V3,
  V3_TEXT;

  /// What v3 puts before binary data: the type of a message.
  private static final byte V3_MESSAGE = 4;

  static Framing of(Handshake handshake) {
    boolean v4 = handshake.parameter("EIO").equals("4");
    boolean text = !handshake.parameter("b64").isEmpty();
    return v4 ? text ? V4_TEXT : V4 : text ? V3_TEXT : V3;
  }

  boolean isV3() {
    return this == V3 || this == V3_TEXT;
  }

  boolean binaryAsText() {
    return this == V4_TEXT || this == V3_TEXT;
  }

  /// The packet as WebSocket frames for such a client.
  Packet shape(Packet packet) {
    return this == V4 ? packet : packet.derived(this, this::shaped);
  }

  private Packet shaped(Packet packet) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(packet.size() * 2);
    byte[] frames = packet.frames();
    Frames.each(
        frames,
        (opcode, offset, length) -> {
          byte[] payload = Arrays.copyOfRange(frames, offset, offset + length);
          if (opcode != Frames.BINARY) {
            out.writeBytes(Arrays.copyOfRange(frames, start(offset, length), offset + length));
          } else if (binaryAsText()) {
            byte[] text = base64(payload);
            out.writeBytes(Frames.text(text, text.length));
          } else {
            out.writeBytes(Frames.binary(typed(payload)));
          }
        });
    return packet.as(out.toByteArray());
  }

  private static int start(int offset, int length) {
    return offset - (length < 126 ? 2 : length < 65_536 ? 4 : 10);
  }

  /// Binary data as a text packet: `b` (v3: `b4`) and base64.
  byte[] base64(byte[] bytes) {
    byte[] encoded = Base64.getEncoder().encode(bytes);
    int head = isV3() ? 2 : 1;
    byte[] text = new byte[encoded.length + head];
    text[0] = 'b';
    if (isV3()) {
      text[1] = '4';
    }
    System.arraycopy(encoded, 0, text, head, encoded.length);
    return text;
  }

  /// Binary data as v3 frames it.
  static byte[] typed(byte[] bytes) {
    byte[] typed = new byte[bytes.length + 1];
    typed[0] = V3_MESSAGE;
    System.arraycopy(bytes, 0, typed, 1, bytes.length);
    return typed;
  }

  /// The data of a binary frame from such a client; null when it is none.
  byte @Nullable [] binary(byte[] frame) {
    if (!isV3()) {
      return frame;
    }
    return frame.length == 0 || frame[0] != V3_MESSAGE
        ? null
        : Arrays.copyOfRange(frame, 1, frame.length);
  }

  /// The data of a text packet that begins with `b`; null when it is none. Lenient: padding may be
  /// missing, lines may be broken (Java's official client breaks them), the URL alphabet is read
  /// too.
  byte @Nullable [] fromBase64(String packet) {
    int head = isV3() ? 2 : 1;
    if (packet.length() < head || isV3() && packet.charAt(1) != '4') {
      return null;
    }
    String standard = packet.substring(head).replace('-', '+').replace('_', '/');
    try {
      return Base64.getMimeDecoder().decode(standard);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
