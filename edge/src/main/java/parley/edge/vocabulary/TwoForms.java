package parley.edge.vocabulary;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import parley.edge.engineio.Packet;
import parley.edge.socketio.EventEncoder;

/// Encodes what several clients are told, some of whom may have asked for raw texts. All share the
/// usual form. The raw one is its {@link Packet#other}: made when it is first asked for, and only
/// where the two differ.
final class TwoForms {

  private final Payloads usual;

  TwoForms(Payloads usual) {
    this.usual = usual;
  }

  /// Writes one argument. Called once for each form, and so of what does not change.
  interface Body {
    void write(Payloads payloads, JsonGenerator out) throws IOException;
  }

  /// An event with one argument.
  ///
  /// @param droppable see {@link Packet}
  Packet event(String name, boolean droppable, Body body) {
    Packet packet = encoded(name, droppable, usual, body);
    Payloads raw = usual.forClient(true);
    boolean differs = raw != usual && Escaping.mayBeIn(packet.frames());
    // A packet whose forms are one keeps nothing of what it was made of.
    return differs ? packet.withOther(() -> encoded(name, droppable, raw, body)) : packet;
  }

  private static Packet encoded(String name, boolean droppable, Payloads payloads, Body body) {
    return EventEncoder.event(name, droppable, out -> body.write(payloads, out));
  }
}
