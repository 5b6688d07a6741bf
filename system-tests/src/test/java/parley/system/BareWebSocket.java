package parley.system;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;

/// A client's side of a WebSocket, as little of it as {@link StockClient} needs.
final class BareWebSocket {

  private BareWebSocket() {}

  static void upgrade(Socket socket, DataInputStream in, URI at) throws IOException {
    String request =
        "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: "
            + at.getAuthority()
            + "\r\nUser-Agent: Mozilla/5.0 (like a browser)\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";
    socket.getOutputStream().write(request.getBytes(UTF_8));
    StringBuilder answer = new StringBuilder();
    while (answer.indexOf("\r\n\r\n") < 0) {
      answer.append((char) in.readByte());
    }
    if (!answer.toString().startsWith("HTTP/1.1 101 ")) {
      throw new IOException("not upgraded");
    }
  }

  /// The next frame's text; blocks.
  static String heard(DataInputStream in) throws IOException {
    int opcode = in.readUnsignedByte() & 15;
    int short7 = in.readUnsignedByte();
    long length = short7 < 126 ? short7 : short7 == 126 ? in.readUnsignedShort() : in.readLong();
    byte[] payload = new byte[(int) length];
    in.readFully(payload);
    if (opcode == 8) {
      throw new IOException("closed");
    }
    return new String(payload, UTF_8);
  }

  /// A text in a frame, masked with zeros.
  static byte[] frame(String text) {
    byte[] payload = text.getBytes(UTF_8);
    ByteArrayOutputStream frame = new ByteArrayOutputStream(payload.length + 14);
    frame.write(0x81);
    frame.write(payload.length < 126 ? 0x80 | payload.length : 0x80 | 127);
    if (payload.length >= 126) {
      frame.writeBytes(ByteBuffer.allocate(8).putLong(payload.length).array());
    }
    frame.writeBytes(new byte[4]);
    frame.writeBytes(payload);
    return frame.toByteArray();
  }
}
