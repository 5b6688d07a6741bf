package parley.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// A wire to an edge that can lose answers: what clients say arrives, the first thing that the edge
/// says then is lost, and the connection with it.
final class Unreliable implements AutoCloseable {

  /// One connection through it.
  private static final class Pair {
    final Socket client;
    final Socket edge;
    volatile boolean losing;

    Pair(Socket client, Socket edge) {
      this.client = client;
      this.edge = edge;
    }
  }

  private final URI target;
  private final ServerSocket listening;
  private final Set<Pair> open = ConcurrentHashMap.newKeySet();

  Unreliable(URI target) throws IOException {
    this.target = target;
    this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().name("unreliable").start(this::accept);
  }

  String url() {
    return "http://127.0.0.1:" + listening.getLocalPort();
  }

  /// The next answer on each connection of now is lost.
  void loseAnswers() {
    open.forEach(pair -> pair.losing = true);
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        Socket client = listening.accept();
        Socket edge = new Socket(target.getHost(), target.getPort());
        Pair pair = new Pair(client, edge);
        open.add(pair);
        Thread.ofVirtual().start(() -> pass(pair, client, edge, false));
        Thread.ofVirtual().start(() -> pass(pair, edge, client, true));
      } catch (IOException e) {
        // the edge is away, or this is closed
      }
    }
  }

  private void pass(Pair pair, Socket from, Socket to, boolean answers) {
    byte[] buffer = new byte[16_384];
    try {
      for (int read = from.getInputStream().read(buffer);
          read >= 0 && !(answers && pair.losing);
          read = from.getInputStream().read(buffer)) {
        to.getOutputStream().write(buffer, 0, read);
      }
    } catch (IOException gone) {
      // either side
    }
    open.remove(pair);
    closeQuietly(pair.client);
    closeQuietly(pair.edge);
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // gone is gone
    }
  }

  @Override
  public void close() {
    try {
      listening.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    open.forEach(
        pair -> {
          closeQuietly(pair.client);
          closeQuietly(pair.edge);
        });
  }
}
