package parley.edge.event;

import parley.edge.socketio.EventEncoder;

/// The fields of a large result, which is not said in full twice. Where no ack was asked for, the
/// event has them all. Beside an ack the event has those that every client reads there, for clients
/// that ask for acks by themselves look at nothing in them; what is more stands in the ack.
///
/// @param everywhere of the event, in any case
/// @param added of the event where it is alone, and of the ack
/// @param repeated of the ack: what programs read there, although the event has it
record Split(EventEncoder.Body everywhere, EventEncoder.Body added, EventEncoder.Body repeated) {

  /// Of the event.
  ///
  /// @param alone no ack was asked for
  EventEncoder.Body event(boolean alone) {
    return alone ? both(everywhere, added) : everywhere;
  }

  /// Of the ack.
  EventEncoder.Body ack() {
    return both(repeated, added);
  }

  private static EventEncoder.Body both(EventEncoder.Body first, EventEncoder.Body second) {
    return out -> {
      first.write(out);
      second.write(out);
    };
  }
}
