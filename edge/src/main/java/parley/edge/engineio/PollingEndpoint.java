package parley.edge.engineio;

import io.helidon.http.Header;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import parley.edge.connection.HttpConnection;
import parley.edge.connection.PendingBytes;

/// Engine.IO over plain HTTP: a GET waits for packets, a POST brings some, a GET without a session
/// begins one. Each request has a thread of its own, a virtual one, which waits here.
public final class PollingEndpoint implements Handler {

  private static final Header HTML = HeaderValues.create(HeaderNames.CONTENT_TYPE, "text/html");
  private static final String BINARY = "application/octet-stream";
  private static final String OK = "ok";

  private final EngineServer server;
  private final Cors cors;

  PollingEndpoint(EngineServer server, Cors cors) {
    this.server = server;
    this.cors = cors;
  }

  @Override
  public void handle(ServerRequest request, ServerResponse response) {
    try {
      answer(request, response);
    } catch (UncheckedIOException gone) {
      throw new CloseConnectionException("the client is gone", gone);
    }
  }

  private void answer(ServerRequest request, ServerResponse response) {
    cors.answer(request.headers(), response.headers());
    String method = request.prologue().method().text();
    if (method.equals("OPTIONS")) {
      cors.preflight(request.headers(), response.headers());
      response.status(Status.NO_CONTENT_204).send();
      return;
    }
    try {
      Admission.Admitted admitted =
          server
              .admission()
              .admit(request.prologue(), request.headers(), request.remotePeer().host(), false);
      EngineSession session = admitted.session();
      if (session == null) {
        begin(request, response, admitted.handshake());
      } else if (method.equals("GET")) {
        poll(request, response, session);
      } else if (method.equals("POST")) {
        post(request, response, session);
      } else {
        throw new EngineRefusal(EngineRefusal.Reason.BAD_REQUEST);
      }
    } catch (EngineRefusal e) {
      Framing left = e.reason() == EngineRefusal.Reason.SESSION_UNKNOWN ? left(request) : null;
      if (left != null) {
        lastPoll(response, left);
        return;
      }
      refuse(response, e.reason(), method.equals("HEAD"));
    }
  }

  /// @param bare without a body
  private static void refuse(ServerResponse response, EngineRefusal.Reason why, boolean bare) {
    if (why == EngineRefusal.Reason.FORBIDDEN) {
      Cors.anybody(response.headers());
    }
    response.status(why.status()).header(HeaderValues.CONTENT_TYPE_JSON);
    if (bare) {
      response.send();
    } else {
      response.send(why.body());
    }
  }

  private @Nullable Framing left(ServerRequest request) {
    boolean poll = request.prologue().method().text().equals("GET");
    return poll ? server.left(request.query().first("sid").orElse("")) : null;
  }

  /// Of a client that said goodbye at the same time: answered as if it had come first.
  private static void lastPoll(ServerResponse response, Framing framing) {
    Payload.Body noop = Payload.of(framing, List.of(PollingTransport.NOOP));
    response
        .status(Status.OK_200)
        .header(HeaderNames.CONTENT_TYPE, Poll.TEXT)
        .header(Poll.NO_STORE)
        .send(noop.bytes());
  }

  /// The answer to the handshake is the first poll's.
  private void begin(ServerRequest request, ServerResponse response, Handshake handshake) {
    EngineSession session = server.create(handshake, false);
    String cookie = server.config().http().cookie();
    if (!cookie.isEmpty()) {
      response.header(
          HeaderNames.SET_COOKIE,
          cookie + "=" + session.sid() + "; Path=/; HttpOnly; SameSite=Lax");
    }
    session.start();
    poll(request, response, session);
  }

  private void poll(ServerRequest request, ServerResponse response, EngineSession session) {
    Poll poll =
        new Poll(
            response,
            ConnectionSink.connection(response),
            session.framing(),
            PollEncoding.of(
                header(request, HeaderNames.ACCEPT_ENCODING),
                server.config().http().compressFrom()),
            HttpConnection.answered(),
            header(request, HeaderNames.CONNECTION).equalsIgnoreCase("close"));
    if (!session.poll(poll)) {
      refuse(response, EngineRefusal.Reason.BAD_REQUEST, false);
      return;
    }
    RuntimeException gone = poll.hold();
    if (gone != null) {
      session.pollGone(poll);
      throw new CloseConnectionException("the client is gone", gone);
    }
  }

  private void post(ServerRequest request, ServerResponse response, EngineSession session) {
    PollingTransport polling = session.polling();
    boolean v3Binary = isBinary(request) && session.isV3();
    if (polling == null || !polling.beginPost() || isBinary(request) && !v3Binary) {
      session.close(EndReason.TRANSPORT_ERROR);
      refuse(response, EngineRefusal.Reason.BAD_REQUEST, false);
      return;
    }
    boolean fits;
    PendingBytes.Account pending = server.pending().account();
    try {
      byte[] body = body(request, session, pending);
      fits = body != null;
      if (body != null) {
        PayloadReader.read(session.framing(), body, v3Binary, session.hearing()::posted);
      }
    } finally {
      pending.close();
      polling.endPost(); // before the answer, after which the next one may come at once
    }
    if (fits) {
      response.status(Status.OK_200).header(HTML).header(Poll.NO_STORE).send(OK);
    } else {
      HttpConnection.last(); // what is left of it must not be read as another request
      response.header(HeaderValues.CONNECTION_CLOSE);
      refuse(response, EngineRefusal.Reason.TOO_LARGE, false);
    }
  }

  /// The body; null when it is too large. A body that breaks off ends the session.
  private static byte @Nullable [] body(
      ServerRequest request, EngineSession session, PendingBytes.Account pending) {
    try {
      byte[] body = RequestBody.read(request, session.maxMessage(), pending);
      if (body != null) {
        HttpConnection.bodyRead();
      }
      return body;
    } catch (RuntimeException broken) {
      session.close(EndReason.TRANSPORT_ERROR);
      throw new CloseConnectionException("the request broke off", broken);
    }
  }

  private static boolean isBinary(ServerRequest request) {
    String type = header(request, HeaderNames.CONTENT_TYPE).toLowerCase(Locale.ROOT);
    return type.equals(BINARY);
  }

  private static String header(ServerRequest request, HeaderName name) {
    return request.headers().contains(name) ? request.headers().get(name).get() : "";
  }
}
