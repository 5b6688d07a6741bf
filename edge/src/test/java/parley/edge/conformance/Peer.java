package parley.edge.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// A bare WebSocket to a server: whole messages in, whole messages out.
final class Peer implements AutoCloseable {

  /// The server did not let it become a WebSocket.
  static final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RefusedException(String answer) {
      super(answer);
    }
  }

  final LinkedBlockingQueue<Object> messages = new LinkedBlockingQueue<>();

  /// The close frame's code; 0 when there was none.
  final CompletableFuture<Integer> closed = new CompletableFuture<>();

  private final Socket socket;

  private Peer(Socket socket) {
    this.socket = socket;
  }

  /// @param pathAndQuery from the first slash on
  static Peer open(ProtocolServer server, String pathAndQuery, String... headers) {
    try {
      Socket socket = new Socket("127.0.0.1", server.port());
      socket.setTcpNoDelay(true);
      StringBuilder request = new StringBuilder("GET " + pathAndQuery + " HTTP/1.1\r\nHost: x\r\n");
      for (int i = 0; i < headers.length; i += 2) {
        request.append(headers[i]).append(": ").append(headers[i + 1]).append("\r\n");
      }
      request.append("Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n");
      request.append("Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n");
      socket.getOutputStream().write(request.toString().getBytes(UTF_8));
      DataInputStream in = new DataInputStream(socket.getInputStream());
      StringBuilder answer = new StringBuilder();
      while (answer.indexOf("\r\n\r\n") < 0) {
        answer.append((char) in.readByte());
      }
      if (!answer.toString().startsWith("HTTP/1.1 101 ")) {
        socket.close();
        throw new RefusedException(answer.toString());
      }
      Peer peer = new Peer(socket);
      Thread.ofVirtual().start(() -> peer.read(in));
      return peer;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void read(DataInputStream in) {
    int code = 0;
    try {
      for (int opcode = 0; opcode != 8; ) {
        opcode = in.readUnsignedByte() & 15;
        int short7 = in.readUnsignedByte();
        long length =
            short7 < 126 ? short7 : short7 == 126 ? in.readUnsignedShort() : in.readLong();
        byte[] payload = new byte[(int) length];
        in.readFully(payload);
        switch (opcode) {
          case 1 -> messages.add(new String(payload, UTF_8));
          case 2 -> messages.add(payload);
          case 8 -> code = length < 2 ? 1_005 : (payload[0] & 0xff) << 8 | payload[1] & 0xff;
          default -> {}
        }
      }
    } catch (IOException gone) {
      // closed without a frame
    }
    closed.complete(code);
  }

  void send(String message) {
    write(1, message.getBytes(UTF_8));
  }

  void send(byte[] message) {
    write(2, message);
  }

  private void write(int opcode, byte[] payload) {
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    frame.write(0x80 | opcode);
    boolean large = payload.length > 65_535;
    frame.write(0x80 | (large ? 127 : 126));
    for (int i = large ? 7 : 1; i >= 0; i--) {
      frame.write((int) ((long) payload.length >>> 8 * i));
    }
    frame.writeBytes(new byte[4]); // a mask of zeros
    frame.writeBytes(payload);
    try {
      socket.getOutputStream().write(frame.toByteArray());
    } catch (IOException gone) {
      // what is read tells
    }
  }

  /// The next text message.
  String next() throws InterruptedException {
    return (String) any();
  }

  /// The next binary message.
  byte[] nextBytes() throws InterruptedException {
    return (byte[]) any();
  }

  private Object any() throws InterruptedException {
    Object message = messages.poll(10, TimeUnit.SECONDS);
    if (message == null) {
      throw new AssertionError("no message came; closed: " + closed.isDone());
    }
    return message;
  }

  /// Waits for the end of the connection.
  int awaitClosed() throws Exception {
    return closed.get(10, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
