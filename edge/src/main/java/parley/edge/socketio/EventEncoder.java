package parley.edge.socketio;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import parley.edge.engineio.Packet;

/// Encodes what the server says: an event or an ack becomes the bytes of a whole frame, once, for
/// however many sockets. Safe for any thread.
public final class EventEncoder {

  /// Jackson's buffers from one pool: its default keeps some with each thread, and here every
  /// connection is a thread.
  private static final JsonFactory JSON =
      JsonFactory.builder().recyclerPool(JsonRecyclerPools.sharedConcurrentDequePool()).build();

  /// Writes one argument.
  public interface Body {
    void write(JsonGenerator out) throws IOException;
  }

  private EventEncoder() {}

  /// An event with one argument, in the main namespace.
  ///
  /// @param droppable see {@link Packet}
  public static Packet event(String name, boolean droppable, Body body) {
    return encode(
        "42",
        droppable,
        out -> {
          out.writeString(name);
          body.write(out);
        });
  }

  /// The answer to the event with this id.
  static Packet ack(long id, Body body) {
    return encode("43" + id, false, body);
  }

  /// A packet that is text already; `packet` is Socket.IO's, such as `41`.
  static Packet plain(String packet) {
    byte[] bytes = ("4" + packet).getBytes(StandardCharsets.UTF_8);
    return Packet.of(bytes, bytes.length, false);
  }

  private static Packet encode(String head, boolean droppable, Body elements) {
    Buffer buffer = new Buffer();
    buffer.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
    try (JsonGenerator out = JSON.createGenerator(buffer, JsonEncoding.UTF8)) {
      out.writeStartArray();
      elements.write(out);
      out.writeEndArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a buffer in memory does not fail
    }
    return Packet.of(buffer.bytes(), buffer.size(), droppable);
  }

  /// Gives its array away without a copy.
  private static final class Buffer extends ByteArrayOutputStream {
    Buffer() {
      super(512);
    }

    byte[] bytes() {
      return buf;
    }
  }
}
