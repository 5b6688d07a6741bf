package parley.edge.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import parley.edge.engineio.EndReason;
import parley.edge.engineio.Packet;
import parley.edge.socketio.Acknowledgement;
import parley.edge.socketio.EventEncoder;
import parley.edge.socketio.SocketIoSocket;

/// Handlers that the Socket.IO suite expects (`auth`, `message`, `message-with-ack`), and some for
/// our own tests, which say nothing unless they are asked:
///
/// - `ask {name, patience}`: emits the event with an ack, then `answered` with what came, or null;
/// - `burst n`: emits `tick` 0 .. n-1;
/// - `put-me-out`: the server leaves the namespace; `drop-me`: the transport ends; `disconnect-me`:
///   the connection ends for good;
/// - `volatile n`: emits `tick` 0 .. n-1, each only if it can be written at once.
///
/// A client whose auth has `refuse` is refused with these words; one whose auth has `fail`, and the
/// event `fail`, meet a fault of ours; one whose auth has `wait` waits until the test lets it in.
final class EchoApplication implements SocketIoSocket.Application {

  private final SocketIoSocket socket;

  private final Consumer<EndReason> ends;
  private final CountDownLatch letIn;

  /// @param ends hears how each connection ended
  /// @param letIn what those wait for who are to wait
  EchoApplication(SocketIoSocket socket, Consumer<EndReason> ends, CountDownLatch letIn) {
    this.socket = socket;
    this.ends = ends;
    this.letIn = letIn;
  }

  @Override
  public void connect(JsonNode auth) throws SocketIoSocket.ConnectRefused {
    if (auth.has("refuse")) {
      throw new SocketIoSocket.ConnectRefused(auth.get("refuse").asText());
    }
    if (auth.has("fail")) {
      throw new IllegalStateException("secret words");
    }
    if (auth.has("wait")) {
      waitToBeLetIn();
    }
    socket.accept();
    socket.send(EventEncoder.event("auth", false, EventEncoder.tree(auth)));
  }

  private void waitToBeLetIn() {
    try {
      letIn.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void event(String name, ArrayNode arguments, Acknowledgement ack) {
    switch (name) {
      case "message" -> socket.send(EventEncoder.event("message-back", false, rest(arguments)));
      case "message-with-ack" -> ack.give(rest(arguments));
      case "ask" -> ask(arguments.path(1));
      case "burst" -> {
        for (int i = 0; i < arguments.path(1).asInt(); i++) {
          socket.send(tick(i));
        }
      }
      case "volatile" -> {
        for (int i = 0; i < arguments.path(1).asInt(); i++) {
          socket.sendVolatile(tick(i));
        }
      }
      case "fail" -> throw new IllegalStateException("secret words");
      case "put-me-out" -> socket.leave(EndReason.PUT_OUT);
      case "drop-me" -> socket.session().close(EndReason.FORCED_CLOSE);
      case "disconnect-me" -> socket.disconnect(EndReason.PUT_OUT);
      default -> {}
    }
  }

  private void ask(JsonNode what) {
    socket.emit(
        what.path("name").asText(),
        Duration.ofMillis(what.path("patience").asInt()),
        answer ->
            socket.send(
                EventEncoder.event(
                    "answered",
                    false,
                    out -> {
                      if (answer == null) {
                        out.writeNull();
                      } else {
                        EventEncoder.tree(answer).write(out);
                      }
                    })),
        out -> out.writeString("?"));
  }

  private static Packet tick(int number) {
    return EventEncoder.event("tick", false, out -> out.writeNumber(number));
  }

  private static EventEncoder.Body rest(ArrayNode arguments) {
    return out -> {
      for (int i = 1; i < arguments.size(); i++) {
        EventEncoder.tree(arguments.get(i)).write(out);
      }
    };
  }

  @Override
  public void disconnected(EndReason reason) {
    ends.accept(reason);
  }
}
