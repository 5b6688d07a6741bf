package parley.edge.engineio;

import parley.edge.websocket.Frames;

/// An outgoing Engine.IO packet, encoded once and shared by all sessions that get it: the bytes of
/// a whole WebSocket text frame. What another transport needs, the packet's text, is a part of
/// them.
///
/// @param droppable may be left out for a client that is slow (typing, presence)
public record Packet(byte[] frame, boolean droppable) {

  /// A message packet, `4` and `payload`, where `payload` begins with the `4`.
  ///
  /// @param length bytes of `payload` that count
  public static Packet of(byte[] payload, int length, boolean droppable) {
    return new Packet(Frames.text(payload, length), droppable);
  }

  static Packet of(String text) {
    byte[] utf8 = text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    return new Packet(Frames.text(utf8, utf8.length), false);
  }

  /// Bytes on the wire.
  public int size() {
    return frame.length;
  }
}
