package parley.system.fault;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/// Stands between everybody and Redis: passes bytes, breaks connections, loses answers, or goes
/// silent with the connections open.
final class TcpProxy implements AutoCloseable {

  private final int server;
  private final ServerSocket listening;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile boolean silent;
  private volatile boolean answersLost;

  TcpProxy(int server) throws IOException {
    this.server = server;
    this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().name("tcp-proxy").start(this::accept);
  }

  int port() {
    return listening.getLocalPort();
  }

  /// Nothing passes; or all does, on new connections.
  void silent(boolean quiet) {
    silent = quiet;
    if (!quiet) {
      cut();
    }
  }

  /// What is asked is carried out, and its answer never comes: the connection breaks at the first.
  void answersLost(boolean lost) {
    answersLost = lost;
  }

  /// Every connection breaks.
  void cut() {
    open.forEach(TcpProxy::closeQuietly);
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        Socket client = listening.accept();
        Thread.ofVirtual().start(() -> serve(client));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket client) {
    open.add(client);
    try (client;
        Socket behind = new Socket(InetAddress.getLoopbackAddress(), server)) {
      open.add(behind);
      client.setTcpNoDelay(true);
      behind.setTcpNoDelay(true);
      Thread back = Thread.ofVirtual().start(() -> pass(behind, client, true));
      pass(client, behind, false);
      back.join();
    } catch (IOException gone) {
      // nobody behind
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      open.removeIf(Socket::isClosed);
    }
  }

  private void pass(Socket from, Socket to, boolean answers) {
    byte[] buffer = new byte[16_384];
    try {
      for (int read = from.getInputStream().read(buffer);
          read >= 0;
          read = from.getInputStream().read(buffer)) {
        while (silent) {
          TimeUnit.MILLISECONDS.sleep(20);
        }
        if (answers && answersLost) {
          break;
        }
        to.getOutputStream().write(buffer, 0, read);
      }
    } catch (IOException gone) {
      // either side
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    closeQuietly(from);
    closeQuietly(to);
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // gone is gone
    }
  }

  @Override
  public void close() throws IOException {
    listening.close();
    silent = false;
    cut();
  }
}
