package parley.edge.websocket;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.List;
import parley.edge.connection.PendingBytes;
import parley.edge.connection.PendingLimits;

/// A client that writes frames bit by bit, and reads what comes back the same way.
final class Wire implements AutoCloseable {

  static final int FIN = 0x80;
  static final int RSV1 = 0x40;
  private static final byte[] MASK = {0x12, (byte) 0x80, 0x7f, (byte) 0xff};

  /// One frame of the server's.
  record Frame(int first, byte[] payload) {
    int opcode() {
      return first & 15;
    }

    String text() {
      return new String(payload, UTF_8);
    }

    int closeCode() {
      return payload.length < 2 ? 0 : (payload[0] & 0xff) << 8 | payload[1] & 0xff;
    }
  }

  private final Socket socket;
  private final DataInputStream in;
  final String handshake;

  Wire(int port, String extensions) throws IOException {
    socket = new Socket("127.0.0.1", port);
    socket.setSoTimeout(10_000);
    socket.setTcpNoDelay(true);
    in = new DataInputStream(socket.getInputStream());
    String request =
        "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
            + (extensions.isEmpty() ? "" : "Sec-WebSocket-Extensions: " + extensions + "\r\n")
            + "\r\n";
    socket.getOutputStream().write(request.getBytes(US_ASCII));
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      head.append((char) in.readByte());
    }
    handshake = head.toString();
  }

  /// Hands pieces over one at a time, no more of one than is asked for; then the end.
  /// Room for all that a test says.
  static PendingBytes.Account pending() {
    return new PendingBytes(new PendingLimits(Long.MAX_VALUE, Integer.MAX_VALUE)).account();
  }

  static Inbound inbound(List<byte[]> pieces) {
    Iterator<byte[]> next = pieces.iterator();
    ByteBuffer[] piece = {ByteBuffer.allocate(0)};
    return new Inbound(
        new byte[0],
        target -> {
          while (!piece[0].hasRemaining() && next.hasNext()) {
            piece[0] = ByteBuffer.wrap(next.next());
          }
          byte[] some = new byte[Math.min(piece[0].remaining(), target.capacity())];
          piece[0].get(some);
          target.write(some);
          return some.length == 0 ? -1 : some.length;
        });
  }

  static byte[] frame(int first, byte[] payload) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(first);
    if (payload.length < 126) {
      out.write(0x80 | payload.length);
    } else if (payload.length < 65_536) {
      out.write(0x80 | 126);
      out.write(payload.length >> 8);
      out.write(payload.length);
    } else {
      out.write(0x80 | 127);
      for (int i = 7; i >= 0; i--) {
        out.write((int) ((long) payload.length >>> 8 * i));
      }
    }
    out.writeBytes(MASK);
    for (int i = 0; i < payload.length; i++) {
      out.write(payload[i] ^ MASK[i & 3]);
    }
    return out.toByteArray();
  }

  Wire send(int first, byte[] payload) {
    return raw(frame(first, payload));
  }

  Wire send(int first, String payload) {
    return send(first, payload.getBytes(UTF_8));
  }

  /// Writes these bytes; a peer that closed already does not matter.
  Wire raw(byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
    } catch (IOException closed) {
      // what is read tells
    }
    return this;
  }

  /// The bytes one by one, each in a packet of its own.
  Wire chopped(byte[] bytes, int size) {
    for (int at = 0; at < bytes.length; at += size) {
      raw(java.util.Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + size)));
    }
    return this;
  }

  /// The next frame; null at the end.
  Frame next() {
    try {
      int first = in.readUnsignedByte();
      int short7 = in.readUnsignedByte();
      if ((short7 & 0x80) != 0) {
        throw new AssertionError("a server's frames are not masked");
      }
      long length = short7 < 126 ? short7 : short7 == 126 ? in.readUnsignedShort() : in.readLong();
      byte[] payload = new byte[(int) length];
      in.readFully(payload);
      return new Frame(first, payload);
    } catch (EOFException | SocketException end) {
      return null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
