package parley.edge.socketio;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import parley.edge.engineio.Packet;

/// A message on its way in, as text, and on its way out, as the frame that all members share.
@State(Scope.Benchmark)
public class PacketBenchmark {

  private static final String IN =
      "2[\"send-message\",{\"roomId\":\"room-17\",\"content\":\"Shall we meet at the harbour"
          + " at eight? I bring the bread.\",\"messageType\":\"text\"}]";

  private final SocketIoDecoder decoder = new SocketIoDecoder(10, 10_000);

  /// Text to an event.
  @Benchmark
  public SocketIoPacket decode() throws SocketIoException {
    return decoder.decode(IN, namespace -> true);
  }

  /// An event to a frame, with the offset that clients go on from.
  @Benchmark
  public Packet encode() {
    Packet packet =
        EventEncoder.event(
            "message-received",
            false,
            out -> {
              out.writeStartObject();
              out.writeStringField("id", "room-17~42");
              out.writeStringField("roomId", "room-17");
              out.writeNumberField("seq", 42);
              out.writeStringField("content", "Shall we meet at the harbour at eight?");
              out.writeStringField("createdAt", "2026-01-01T00:00:00.000Z");
              out.writeEndObject();
            });
    return EventEncoder.withOffset(packet, "offset", () -> "room-17~16~lx3k2a");
  }
}
