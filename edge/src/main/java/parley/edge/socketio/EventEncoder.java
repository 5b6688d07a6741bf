package parley.edge.socketio;

import com.fasterxml.jackson.core.Base64Variant;
import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.JsonGeneratorDelegate;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import parley.edge.engineio.Packet;

/// Encodes what the server says: an event or an ack becomes the bytes of whole frames, once, for
/// however many sockets. Safe for any thread.
public final class EventEncoder {

  /// Jackson's buffers from one pool: its default keeps some with each thread, and here every
  /// connection is a thread.
  private static final JsonFactory JSON =
      JsonFactory.builder().recyclerPool(JsonRecyclerPools.sharedConcurrentDequePool()).build();

  private static final JsonMapper TREES = new JsonMapper();

  /// Writes one argument. What it writes with {@link JsonGenerator#writeBinary} becomes a binary
  /// attachment.
  public interface Body {
    void write(JsonGenerator out) throws IOException;
  }

  private EventEncoder() {}

  /// An event with one argument, in the main namespace.
  ///
  /// @param droppable see {@link Packet}
  public static Packet event(String name, boolean droppable, Body body) {
    return encode(
        '2',
        SocketIoConfig.MAIN,
        SocketIoPacket.NO_ID,
        droppable,
        out -> {
          out.writeString(name);
          body.write(out);
        });
  }

  /// An event in a namespace that asks to be acknowledged.
  static Packet event(String namespace, String name, long id, Body arguments) {
    return encode(
        '2',
        namespace,
        id,
        false,
        out -> {
          out.writeString(name);
          arguments.write(out);
        });
  }

  /// The answer to the event with this id.
  static Packet ack(String namespace, long id, Body arguments) {
    return encode('3', namespace, id, false, arguments);
  }

  /// Writes JSON as it is, binary nodes as attachments.
  public static Body tree(JsonNode node) {
    return out -> TREES.writeTree(out, node);
  }

  /// A packet without attachments; `type` is Socket.IO's.
  static Packet plain(char type, String namespace, String payload) {
    boolean main = namespace.equals(SocketIoConfig.MAIN);
    byte[] bytes =
        ("4" + type + (main ? "" : namespace + ",") + payload).getBytes(StandardCharsets.UTF_8);
    return Packet.of(bytes, bytes.length, false);
  }

  /// An event with its offset as one more argument; made once for all that get it.
  ///
  /// @param kind of offset
  /// @param offset asked once for each kind: a text of ASCII that JSON need not escape
  public static Packet withOffset(Packet event, String kind, Supplier<String> offset) {
    return event.derived(kind, plain -> plain.withText(json -> argumentAdded(json, offset.get())));
  }

  private static byte[] argumentAdded(byte[] json, String text) {
    byte[] added = (",\"" + text + "\"]").getBytes(StandardCharsets.US_ASCII);
    byte[] longer = Arrays.copyOf(json, json.length - 1 + added.length);
    System.arraycopy(added, 0, longer, json.length - 1, added.length);
    return longer;
  }

  /// A packet of the main namespace, in another one: made once for all that get it there.
  static Packet inNamespace(Packet packet, String namespace) {
    return namespace.equals(SocketIoConfig.MAIN)
        ? packet
        : packet.derived(namespace, main -> main.withText(text -> moved(text, namespace)));
  }

  /// The namespace stands behind the attachments' count, before everything else.
  private static byte[] moved(byte[] text, String namespace) {
    int at = 2;
    if (text[1] == '5' || text[1] == '6') {
      while (text[at - 1] != '-') {
        at++;
      }
    }
    byte[] inserted = (namespace + ",").getBytes(StandardCharsets.UTF_8);
    byte[] moved = new byte[text.length + inserted.length];
    System.arraycopy(text, 0, moved, 0, at);
    System.arraycopy(inserted, 0, moved, at, inserted.length);
    System.arraycopy(text, at, moved, at + inserted.length, text.length - at);
    return moved;
  }

  private static Packet encode(
      char type, String namespace, long id, boolean droppable, Body elements) {
    Buffer buffer = new Buffer();
    String rest =
        (namespace.equals(SocketIoConfig.MAIN) ? "" : namespace + ",")
            + (id == SocketIoPacket.NO_ID ? "" : Long.toString(id));
    buffer.writeBytes(("4" + type + rest).getBytes(StandardCharsets.UTF_8));
    int head = buffer.size();
    List<byte[]> attachments;
    try (Generator out = new Generator(JSON.createGenerator(buffer, JsonEncoding.UTF8))) {
      out.writeStartArray();
      elements.write(out);
      out.writeEndArray();
      attachments = out.attachments;
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a buffer in memory does not fail
    }
    if (attachments == null) {
      return Packet.of(buffer.bytes(), buffer.size(), droppable);
    }
    Buffer binary = new Buffer();
    String binaryHead = "4" + (char) (type + 3) + attachments.size() + "-" + rest;
    binary.writeBytes(binaryHead.getBytes(StandardCharsets.UTF_8));
    binary.write(buffer.bytes(), head, buffer.size() - head);
    return Packet.of(binary.bytes(), binary.size(), attachments, droppable);
  }

  /// Keeps binary values aside and writes placeholders for them.
  private static final class Generator extends JsonGeneratorDelegate {

    @Nullable List<byte[]> attachments;

    Generator(JsonGenerator delegate) {
      super(delegate, false);
    }

    @Override
    public void writeBinary(Base64Variant variant, byte[] data, int offset, int length)
        throws IOException {
      List<byte[]> known = attachments == null ? new ArrayList<>() : attachments;
      attachments = known;
      writeStartObject();
      writeBooleanField("_placeholder", true);
      writeNumberField("num", known.size());
      writeEndObject();
      known.add(Arrays.copyOfRange(data, offset, offset + length));
    }
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
