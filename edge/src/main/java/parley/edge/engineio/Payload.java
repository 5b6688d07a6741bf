package parley.edge.engineio;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import parley.edge.websocket.Frames;

/// Encodes the answer to a poll: packets joined by U+001E (v4), or each behind its length (v3).
final class Payload {

  private static final byte SEPARATOR = 0x1e;

  private final Framing framing;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream(512);
  private boolean binary;

  private Payload(Framing framing) {
    this.framing = framing;
  }

  /// A body and what it is.
  record Body(byte[] bytes, boolean binary) {}

  static Body of(Framing framing, List<Packet> packets) {
    Payload payload = new Payload(framing);
    payload.binary = framing == Framing.V3 && packets.stream().anyMatch(Payload::hasBinary);
    for (Packet packet : packets) {
      byte[] frames = packet.frames();
      Frames.each(
          frames,
          (opcode, offset, length) -> {
            byte[] data = Arrays.copyOfRange(frames, offset, offset + length);
            if (opcode == Frames.BINARY) {
              payload.binary(data);
            } else {
              payload.text(data);
            }
          });
    }
    return new Body(payload.out.toByteArray(), payload.binary);
  }

  private static boolean hasBinary(Packet packet) {
    boolean[] found = new boolean[1];
    Frames.each(packet.frames(), (opcode, o, l) -> found[0] |= opcode == Frames.BINARY);
    return found[0];
  }

  private void text(byte[] utf8) {
    if (!framing.isV3()) {
      if (out.size() > 0) {
        out.write(SEPARATOR);
      }
      out.writeBytes(utf8);
    } else if (binary) {
      typed(0, utf8);
    } else {
      // The length is in UTF-16 units.
      int units = new String(utf8, StandardCharsets.UTF_8).length();
      out.writeBytes((units + ":").getBytes(StandardCharsets.US_ASCII));
      out.writeBytes(utf8);
    }
  }

  private void binary(byte[] data) {
    if (framing == Framing.V3) {
      typed(1, Framing.typed(data));
    } else {
      text(framing.base64(data));
    }
  }

  /// v3's binary form: kind, decimal digits of the length as bytes, 255, data.
  private void typed(int kind, byte[] data) {
    out.write(kind);
    for (char digit : Integer.toString(data.length).toCharArray()) {
      out.write(digit - '0');
    }
    out.write(255);
    out.writeBytes(data);
  }
}
