package parley.edge.engineio;

import io.helidon.common.buffers.DataReader;
import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http.ServerResponse;
import java.io.UncheckedIOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An open GET: the client waits for packets. Its own thread waits for the client's next byte, and
/// so notices at once when the client goes away; some other thread answers.
final class Poll {

  static final Header NO_STORE = HeaderValues.create(HeaderNames.CACHE_CONTROL, "no-store");
  static final String TEXT = "text/plain; charset=UTF-8";
  private static final String BINARY = "application/octet-stream";

  private final ServerResponse response;
  private final ConnectionContext connection;
  private final Framing framing;
  private final PollEncoding encoding;
  private final boolean closes;
  private final Runnable whenAnswered;
  private boolean answered; // guarded by this

  /// @param whenAnswered runs when the answer has gone out, or could not; by whoever answers
  /// @param closes the client wants the connection closed after the answer
  Poll(
      ServerResponse response,
      ConnectionContext connection,
      Framing framing,
      PollEncoding encoding,
      Runnable whenAnswered,
      boolean closes) {
    this.response = response;
    this.connection = connection;
    this.framing = framing;
    this.encoding = encoding;
    this.whenAnswered = whenAnswered;
    this.closes = closes;
  }

  /// Answers with packets. Once; by whoever took the poll.
  ///
  /// @throws RuntimeException when the client is gone
  void answer(List<Packet> packets) {
    try {
      Payload.Body body = Payload.of(framing, packets);
      byte[] bytes = encoding.encode(body.bytes(), response.headers());
      response
          .status(Status.OK_200)
          .header(HeaderNames.CONTENT_TYPE, body.binary() ? BINARY : TEXT)
          .header(NO_STORE)
          .send(bytes);
    } finally {
      finished();
    }
  }

  /// Answers that there is no session here any more. Once; by whoever took the poll.
  ///
  /// @throws RuntimeException when the client is gone
  void refuse() {
    try {
      EngineRefusal.Reason why = EngineRefusal.Reason.SESSION_UNKNOWN;
      response
          .status(why.status())
          .header(HeaderValues.CONTENT_TYPE_JSON)
          .header(NO_STORE)
          .send(why.body());
    } finally {
      finished();
    }
  }

  private void finished() {
    whenAnswered.run(); // before its own thread hears of it, and reads the next request
    synchronized (this) {
      answered = true;
      notifyAll();
    }
    if (closes) {
      // Our reader waits for a client that waits for us.
      connection.serverSocket().close();
    }
  }

  /// Waits until the poll was answered and the client says something more.
  ///
  /// @return what went wrong with the connection; null when nothing did
  @Nullable RuntimeException hold() {
    try {
      connection.dataReader().ensureAvailable();
    } catch (DataReader.InsufficientDataAvailableException | UncheckedIOException gone) {
      return gone;
    }
    awaitAnswer();
    return null;
  }

  private synchronized void awaitAnswer() {
    try {
      while (!answered) {
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
