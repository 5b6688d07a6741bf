package parley.edge.event;

import parley.contract.Errors;
import parley.contract.RoomId;
import parley.edge.engineio.Packet;
import parley.edge.session.ChatSession;
import parley.edge.socketio.Acknowledgement;
import parley.edge.socketio.EventEncoder;
import parley.edge.vocabulary.Payloads;
import parley.edge.vocabulary.ServerEvents;
import parley.proto.errors.Error;

/// How a client hears what came of its event. Results are always events, and so are failures
/// (`error`, R9.1, with R9.3's advice): a client that repeats by itself takes the acks for its own.
/// An ack, where one was asked for, comes besides. For any thread; never blocks.
public final class Answer {

  private final ChatSession session;
  private final String event;
  private final Acknowledgement ack;
  private final Payloads payloads;

  /// @param event its name, as the client said it
  Answer(ChatSession session, String event, Acknowledgement ack, Payloads payloads) {
    this.session = session;
    this.event = event;
    this.ack = ack;
    this.payloads = payloads;
  }

  /// Acknowledges: `{ok: true, ...}`.
  ///
  /// @param fields writes the further fields of the object
  public void ok(EventEncoder.Body fields) {
    ack.give(done(fields));
  }

  private static EventEncoder.Body done(EventEncoder.Body fields) {
    return out -> {
      out.writeStartObject();
      out.writeBooleanField("ok", true);
      fields.write(out);
      out.writeEndObject();
    };
  }

  /// Emits a result as an event, and acknowledges with the same fields.
  public void result(String name, EventEncoder.Body fields) {
    session.send(event(name, fields));
    ok(fields);
  }

  /// Acknowledges, and emits as an event, what is not said in full twice.
  void result(String name, Split fields) {
    ok(fields.ack());
    session.send(event(name, fields.event(!ack.wanted())));
  }

  /// The same, of a connection that is in a room now and has everything up to a position.
  void entered(String name, RoomId room, long seq, Split fields) {
    Packet told = event(name, fields.event(!ack.wanted()));
    session.entered(room, seq, ack.taken(done(fields.ack())), told);
  }

  private static Packet event(String name, EventEncoder.Body fields) {
    return EventEncoder.event(
        name,
        false,
        out -> {
          out.writeStartObject();
          fields.write(out);
          out.writeEndObject();
        });
  }

  /// Refuses.
  public void fail(Error error) {
    emitError(error);
    if (ack.wanted()) {
      ack.give(
          out -> {
            out.writeStartObject();
            out.writeBooleanField("ok", false);
            out.writeFieldName("error");
            Payloads.error(out, error);
            out.writeEndObject();
          });
    }
  }

  private void emitError(Error error) {
    boolean retryable = Errors.retryable(error.getCode());
    Payloads texts = payloads.forClient(session.wantsRaw());
    session.send(
        EventEncoder.event(
            ServerEvents.ERROR,
            false,
            out -> {
              out.writeStartObject();
              out.writeStringField("event", texts.shown(event));
              out.writeStringField("code", error.getCode().name());
              out.writeStringField("message", error.getMessage());
              out.writeBooleanField("retryable", retryable);
              if (retryable) {
                out.writeObjectFieldStart("retry");
                out.writeNumberField("attempts", 5);
                out.writeNumberField("minDelay", 1_000);
                out.writeNumberField("maxDelay", 5_000);
                out.writeNumberField("factor", 0.5);
                out.writeNumberField("timeout", 20_000);
                out.writeEndObject();
              }
              Payloads.time(out, "timestamp", System.currentTimeMillis());
              out.writeEndObject();
            }));
  }
}
