package parley.bench.attack;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// One TCP connection, of which every byte can be chosen. Not for several threads, but that one may
/// read while another writes.
final class Wire implements AutoCloseable {

  static final int TEXT = 1;
  private static final int CONNECT_MILLIS = 2_000;
  private static final int SHORT = 126;
  private static final int LONG = 127;

  private final Socket socket = new Socket();
  private final DataInputStream in;
  private final OutputStream out;

  /// @throws IOException when there is no connection within two seconds
  Wire(Target target) throws IOException {
    try {
      socket.connect(target.address(), CONNECT_MILLIS);
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(CONNECT_MILLIS * 5);
      this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
      this.out = socket.getOutputStream();
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /// A WebSocket of Engine.IO, its handshake done.
  static Wire webSocket(Target target) throws IOException {
    Wire wire = new Wire(target);
    wire.write(
        "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: attack\r\n"
            + "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
    String head = wire.line();
    if (!head.contains(" 101 ")) {
      wire.close();
      throw new IOException("refused: " + head);
    }
    while (!head.isEmpty()) {
      head = wire.line();
    }
    wire.text(); // the handshake of Engine.IO
    return wire;
  }

  void write(String bytes) throws IOException {
    out.write(bytes.getBytes(StandardCharsets.ISO_8859_1));
  }

  void send(String text) throws IOException {
    out.write(frame(TEXT, true, text.getBytes(StandardCharsets.UTF_8)));
  }

  void send(byte[] bytes) throws IOException {
    out.write(bytes);
  }

  /// A frame with a mask of zeros, which leaves the payload as it is.
  static byte[] frame(int opcode, boolean last, byte[] payload) {
    ByteBuffer frame = ByteBuffer.allocate(payload.length + 14);
    frame.put((byte) ((last ? 0x80 : 0) | opcode));
    if (payload.length < SHORT) {
      frame.put((byte) (0x80 | payload.length));
    } else if (payload.length < 1 << 16) {
      frame.put((byte) (0x80 | SHORT)).putShort((short) payload.length);
    } else {
      frame.put((byte) (0x80 | LONG)).putLong(payload.length);
    }
    frame.putInt(0).put(payload);
    byte[] bytes = new byte[frame.position()];
    frame.flip().get(bytes);
    return bytes;
  }

  /// The next text frame; null when the server ended it. Answers pings of Engine.IO.
  @Nullable String text() throws IOException {
    while (true) {
      int first = in.read();
      if (first < 0) {
        return null;
      }
      long length = in.readUnsignedByte();
      length = length == SHORT ? in.readUnsignedShort() : length == LONG ? in.readLong() : length;
      String text = new String(in.readNBytes((int) length), StandardCharsets.UTF_8);
      if ((first & 0xf) != TEXT) {
        return null;
      }
      if (!text.equals("2")) {
        return text;
      }
      send("3");
    }
  }

  /// Reads and forgets what has arrived.
  void drain() throws IOException {
    InputStream raw = socket.getInputStream();
    int waiting = raw.available();
    while (waiting > 0) {
      raw.skipNBytes(waiting);
      waiting = raw.available();
    }
  }

  /// Whether the server has ended it. Waits a millisecond.
  boolean ended() {
    try {
      socket.setSoTimeout(1);
      while (in.read() >= 0) {
        // what it says last
      }
      return true;
    } catch (java.net.SocketTimeoutException still) {
      return false;
    } catch (IOException reset) {
      return true;
    }
  }

  String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
      if (next != '\r') {
        line.append((char) next);
      }
    }
    return line.toString();
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException gone) {
      // is what was wanted
    }
  }
}
