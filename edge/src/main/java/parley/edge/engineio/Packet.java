package parley.edge.engineio;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import parley.edge.websocket.Frames;

/// An outgoing Engine.IO packet, with what must follow it directly, encoded once and shared by all
/// sessions that get it: the bytes of whole WebSocket frames, the first of them text. Other forms
/// (a namespace's, compressed, for polling) are made of these, at most once each.
public final class Packet {

  private record Derived(Object key, Packet packet, @Nullable Derived next) {}

  /// The key of {@link #other}.
  private static final Object OTHER = new Object();

  private final byte[] frames;
  private final int count;
  private final boolean droppable;
  private volatile @Nullable Derived derived;
  private boolean forMany; // both set before anybody gets the packet
  private @Nullable Supplier<Packet> other;

  private Packet(byte[] frames, int count, boolean droppable) {
    this.frames = frames;
    this.count = count;
    this.droppable = droppable;
  }

  /// A message packet, `4` and `payload`, where `payload` begins with the `4`.
  ///
  /// @param length bytes of `payload` that count
  /// @param droppable may be left out for a client that is slow (typing, presence)
  public static Packet of(byte[] payload, int length, boolean droppable) {
    return new Packet(Frames.text(payload, length), 1, droppable);
  }

  /// The same, with binary messages behind it that nothing may come between.
  public static Packet of(byte[] payload, int length, List<byte[]> attachments, boolean droppable) {
    int count = 1 + attachments.size();
    return new Packet(Frames.group(payload, length, attachments), count, droppable);
  }

  /// A binary message.
  public static Packet binary(byte[] bytes) {
    return new Packet(Frames.binary(bytes), 1, false);
  }

  static Packet of(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    return new Packet(Frames.text(utf8, utf8.length), 1, false);
  }

  /// A control frame of a WebSocket.
  static Packet control(byte[] frame) {
    return new Packet(frame, 1, false);
  }

  /// The same packet in other bytes.
  Packet as(byte[] otherFrames) {
    Packet other = new Packet(otherFrames, count, droppable);
    other.forMany = forMany;
    return other;
  }

  /// Several packets as one, in their order: they are queued and written together.
  ///
  /// @param packets one or more
  public static Packet joined(List<Packet> packets) {
    if (packets.size() == 1) {
      return packets.getFirst();
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    packets.forEach(packet -> out.writeBytes(packet.frames));
    int count = packets.stream().mapToInt(Packet::count).sum();
    boolean droppable = packets.stream().allMatch(Packet::droppable);
    Packet joined = new Packet(out.toByteArray(), count, droppable);
    return packets.stream().noneMatch(packet -> packet.other != null)
        ? joined
        : joined.withOther(() -> joined(packets.stream().map(Packet::other).toList()));
  }

  /// Says, before anybody gets the packet, how to make it for those who chose to have it said
  /// otherwise.
  ///
  /// @param form makes it; called once at most, by whoever asks for it first
  /// @return this
  public Packet withOther(Supplier<Packet> form) {
    other = form;
    return this;
  }

  /// This packet for those who chose to have it said otherwise: itself when nothing is. Forms that
  /// are derived have no other: the choice comes first.
  public Packet other() {
    Supplier<Packet> form = other;
    return form == null ? this : derived(OTHER, usual -> otherOf(usual, form));
  }

  private static Packet otherOf(Packet usual, Supplier<Packet> form) {
    Packet made = form.get();
    made.forMany = usual.forMany;
    return made;
  }

  /// Says, before anybody gets the packet, that very many will: those who wait for one of few go
  /// before them.
  ///
  /// @return this
  public Packet forMany() {
    forMany = true;
    return this;
  }

  boolean isForMany() {
    return forMany;
  }

  /// This packet with another text; what follows it stays.
  ///
  /// @param change makes the new text, UTF-8, of the old
  public Packet withText(UnaryOperator<byte[]> change) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(frames.length + 32);
    Frames.each(
        frames,
        (opcode, offset, length) -> {
          byte[] payload = Arrays.copyOfRange(frames, offset, offset + length);
          if (opcode == Frames.TEXT) {
            byte[] changed = change.apply(payload);
            out.writeBytes(Frames.text(changed, changed.length));
          } else {
            out.writeBytes(Frames.binary(payload));
          }
        });
    return as(out.toByteArray());
  }

  /// Whole WebSocket frames.
  public byte[] frames() {
    return frames;
  }

  /// May be left out for a client that is slow.
  public boolean droppable() {
    return droppable;
  }

  /// How many packets it is, what follows included.
  int count() {
    return count;
  }

  /// Bytes on a WebSocket.
  public int size() {
    return frames.length;
  }

  /// This packet in another form, made when it is first asked for.
  ///
  /// @param key names the form
  public Packet derived(Object key, UnaryOperator<Packet> form) {
    Packet known = find(key);
    if (known != null) {
      return known;
    }
    synchronized (this) {
      Packet meanwhile = find(key);
      if (meanwhile != null) {
        return meanwhile;
      }
      Packet made = form.apply(this);
      derived = new Derived(key, made, derived);
      return made;
    }
  }

  private @Nullable Packet find(Object key) {
    for (Derived d = derived; d != null; d = d.next) {
      if (d.key.equals(key)) {
        return d.packet;
      }
    }
    return null;
  }
}
