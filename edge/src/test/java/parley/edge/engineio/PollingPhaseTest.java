package parley.edge.engineio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.helidon.http.HttpPrologue;
import io.helidon.http.Method;
import io.helidon.http.WritableHeaders;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http.ServerResponse;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import parley.edge.Defaults;
import parley.edge.connection.PendingBytes;
import parley.edge.connection.PendingLimits;

/// An upgrade's races, with the test as the drainer.
@Timeout(30)
class PollingPhaseTest {

  private final Drainers nobody = new Drainers(0);
  private final Wheel wheel = new Wheel(100);
  private final List<String> answers = new ArrayList<>();
  private final EngineServer server =
      new EngineServer(
          Defaults.ENGINE,
          new Origins(Set.of(), Set.of()),
          nobody,
          wheel,
          new PendingBytes(new PendingLimits(Long.MAX_VALUE, Integer.MAX_VALUE)),
          session -> {
            throw new IllegalStateException("nothing is heard");
          });
  private final EngineSession session =
      server.create(
          Handshake.of(
              HttpPrologue.create("HTTP/1.1", "HTTP", "1.1", Method.GET, "/?EIO=4", false),
              WritableHeaders.create(),
              "here"),
          false);

  @AfterEach
  void stop() {
    wheel.close();
    nobody.close();
  }

  /// @param sent runs when its answer has gone out
  private Poll poll(Runnable sent) {
    ServerResponse response =
        (ServerResponse)
            Proxy.newProxyInstance(
                ServerResponse.class.getClassLoader(),
                new Class<?>[] {ServerResponse.class},
                (proxy, method, arguments) -> {
                  if (method.getName().equals("send")) {
                    answers.add(new String((byte[]) arguments[0], UTF_8));
                    sent.run();
                  }
                  return method.getReturnType().isInstance(proxy) ? proxy : null;
                });
    return new Poll(
        response,
        nothing(ConnectionContext.class),
        session.framing(),
        new PollEncoding(PollEncoding.Kind.NONE, 0),
        () -> {},
        false);
  }

  private static <T> T nothing(Class<T> type) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> null));
  }

  /// The client is quicker than whoever answered it.
  @Test
  void aPollThatComesWhileTheLastOnesAnswerIsBeingFinishedIsNotLeftHanging() {
    WebSocketTransport candidate = session.webSocketTransport(false);
    assertTrue(session.probing(candidate));
    session.send(Packet.of("4hello"));
    session.poll(
        poll(
            () -> {
              session.probed(candidate);
              session.poll(poll(() -> {}));
            }));
    session.outbox().drainOnce(Priority.DIRECT);
    assertEquals(List.of("4hello", "6"), answers);
  }
}
