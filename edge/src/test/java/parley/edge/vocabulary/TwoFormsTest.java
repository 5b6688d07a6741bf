package parley.edge.vocabulary;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import parley.edge.engineio.Packet;
import parley.edge.socketio.EventEncoder;
import parley.proto.chat.Message;
import parley.proto.chat.RoomEvent;

/// What many are told is encoded once, and once more for those who want it raw, if that differs.
class TwoFormsTest {

  private final AtomicInteger encodings = new AtomicInteger();

  private Packet packet(boolean sanitise, String text) {
    return new TwoForms(new Payloads(sanitise))
        .event(
            "said",
            false,
            (payloads, out) -> {
              encodings.incrementAndGet();
              out.writeString(payloads.shown(text));
            });
  }

  private static String said(Packet packet) {
    String frame = new String(packet.frames(), UTF_8);
    return frame.substring(frame.indexOf("42"));
  }

  @Test
  void theRawFormIsMadeWhenItIsAskedForAndOnceForAll() {
    Packet packet = packet(true, "<b> & &lt;");
    assertEquals("42[\"said\",\"&lt;b&gt; & &amp;lt;\"]", said(packet));
    assertEquals(1, encodings.get(), "nobody asked for the raw one");
    List<Packet> raw =
        IntStream.range(0, 1_000).parallel().mapToObj(member -> packet.other()).toList();
    assertEquals("42[\"said\",\"<b> & &lt;\"]", said(raw.getFirst()));
    raw.forEach(one -> assertSame(raw.getFirst(), one));
    assertEquals(2, encodings.get());
    assertNotSame(packet, raw.getFirst());
  }

  @ParameterizedTest
  @ValueSource(strings = {"hello", "Tom & Jerry", "&copy; && &l &lt &amp", "Grüße 😀", ""})
  void whereNothingIsEscapedBothFormsAreOnePacket(String text) {
    Packet packet = packet(true, text);
    assertSame(packet, packet.other());
    assertEquals(1, encodings.get());
  }

  @Test
  void whereNothingIsEverEscapedThereIsOneForm() {
    Packet packet = packet(false, "<b> & &lt;");
    assertEquals("42[\"said\",\"<b> & &lt;\"]", said(packet));
    assertSame(packet, packet.other());
    assertEquals(1, encodings.get());
  }

  @Test
  void packetsThatAreJoinedAreJoinedInBothForms() {
    Packet plain = packet(true, "plain");
    Packet marked = packet(true, "<b>");
    assertEquals(2, encodings.get());
    Packet joined = Packet.joined(List.of(plain, marked));
    assertEquals(2, encodings.get());
    Packet expected = Packet.joined(List.of(plain, marked.other()));
    assertEquals(said(expected), said(joined.other()));
    assertSame(joined.other(), joined.other());
    assertEquals(3, encodings.get());
    Packet alike = Packet.joined(List.of(plain, plain));
    assertSame(alike, alike.other());
  }

  @Test
  void theRawFormHasOneOffsetForAllToo() {
    Packet raw = packet(true, "<b>").other();
    AtomicInteger offsets = new AtomicInteger();
    Packet first = EventEncoder.withOffset(raw, "offset", () -> "o" + offsets.incrementAndGet());
    assertEquals("42[\"said\",\"<b>\",\"o1\"]", said(first));
    assertSame(
        first, EventEncoder.withOffset(raw, "offset", () -> "o" + offsets.incrementAndGet()));
  }

  @Test
  void aLogEntryHasTwoForms() {
    RoomEvent event =
        RoomEvent.newBuilder()
            .setRoomId("r")
            .setSeq(1)
            .setMessage(Message.newBuilder().setId("m").setRoomId("r").setContent("a < b"))
            .build();
    Packet packet = new RoomPackets(new Payloads(true)).of(event);
    assertNotNull(packet);
    assertTrue(said(packet).contains("\"content\":\"a &lt; b\""), said(packet));
    assertTrue(said(packet.other()).contains("\"content\":\"a < b\""), said(packet.other()));
  }
}
