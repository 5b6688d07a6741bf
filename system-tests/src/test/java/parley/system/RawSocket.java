package parley.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.BiConsumer;

/// A bare WebSocket to an edge, for what no proper client sends. Reads the wire itself: the JDK's
/// client does not always notice that a connection is gone.
final class RawSocket implements AutoCloseable {

  /// The edge did not let it become a WebSocket.
  static final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    final int status;

    RefusedException(int status) {
      super("refused with " + status);
      this.status = status;
    }
  }

  final List<String> texts = new CopyOnWriteArrayList<>();
  volatile boolean closed;

  /// Of the close frame; 0 when there was none.
  volatile int closeCode;

  private final Socket socket;
  private final BiConsumer<RawSocket, String> listener;
  private final CountDownLatch ended = new CountDownLatch(1);

  private RawSocket(Socket socket, BiConsumer<RawSocket, String> listener) {
    this.socket = socket;
    this.listener = listener;
  }

  /// @throws RefusedException when the edge does not let it become a WebSocket
  static RawSocket open(Parley parley, String query, String... headers) {
    return open(parley.url(0), (raw, text) -> raw.texts.add(text), query, headers);
  }

  /// @param listener hears texts in place of {@link #texts}, by the thread that reads
  static RawSocket open(
      String url, BiConsumer<RawSocket, String> listener, String query, String... headers) {
    URI edge = URI.create(url);
    try {
      Socket socket = new Socket(edge.getHost(), edge.getPort());
      StringBuilder request =
          new StringBuilder("GET /socket.io/?EIO=4&transport=websocket" + query + " HTTP/1.1\r\n");
      request.append("Host: ").append(edge.getAuthority()).append("\r\n");
      if (!List.of(headers).contains("User-Agent")) {
        request.append("User-Agent: Mozilla/5.0 (like a browser)\r\n"); // hence offered recovery
      }
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
        throw new RefusedException(Integer.parseInt(answer.substring(9, 12)));
      }
      RawSocket raw = new RawSocket(socket, listener);
      Thread.ofVirtual().start(() -> raw.read(in));
      return raw;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void read(DataInputStream in) {
    try {
      for (int opcode = 0; opcode != 8; ) {
        opcode = in.readUnsignedByte() & 15;
        int short7 = in.readUnsignedByte();
        long length =
            short7 < 126 ? short7 : short7 == 126 ? in.readUnsignedShort() : in.readLong();
        byte[] payload = new byte[(int) length];
        in.readFully(payload);
        if (opcode == 1) {
          listener.accept(this, new String(payload, UTF_8));
        } else if (opcode == 8 && length >= 2) {
          closeCode = ByteBuffer.wrap(payload).getShort() & 0xffff;
        }
      }
    } catch (IOException gone) {
      // closed without a frame
    }
    closed = true;
    ended.countDown();
  }

  /// Waits for as long as it is open.
  void awaitEnd() throws InterruptedException {
    ended.await();
  }

  /// One that has been let in.
  static RawSocket connected(Parley parley, String user) {
    RawSocket raw = open(parley, "");
    raw.send("40{\"token\":\"" + parley.token(user) + "\"}");
    raw.awaitText("42[\"connected\"");
    return raw;
  }

  void send(String text) {
    write(1, text.getBytes(UTF_8));
  }

  void sendBinary(byte[] bytes) {
    write(2, bytes);
  }

  void sendClose(int code, String reason) {
    byte[] words = reason.getBytes(UTF_8);
    write(8, ByteBuffer.allocate(words.length + 2).putShort((short) code).put(words).array());
  }

  private void write(int opcode, byte[] payload) {
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    frame.write(0x80 | opcode);
    frame.write(payload.length < 126 ? 0x80 | payload.length : 0x80 | 127);
    if (payload.length >= 126) {
      frame.writeBytes(ByteBuffer.allocate(8).putLong(payload.length).array());
    }
    frame.writeBytes(new byte[4]); // a mask of zeros
    frame.writeBytes(payload);
    try {
      socket.getOutputStream().write(frame.toByteArray());
    } catch (IOException gone) {
      // what is read tells
    }
  }

  void awaitText(String beginning) {
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> texts.stream().anyMatch(t -> t.startsWith(beginning)));
  }

  void awaitClosed() {
    await().atMost(Duration.ofSeconds(20)).until(() -> closed);
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
