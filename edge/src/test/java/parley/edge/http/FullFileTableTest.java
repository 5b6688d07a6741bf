package parley.edge.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.helidon.webserver.WebServer;
import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import parley.edge.Defaults;
import parley.edge.connection.Connections;

/// More connections than a process may have files: a child process with a low limit.
@Timeout(120)
class FullFileTableTest {

  private static final int FILES = 260;

  /// The child: serves until its input ends; told to, it spends all of its files for a while.
  public static final class Child {

    private Child() {}

    public static void main(String[] arguments) throws IOException {
      Connections connections = new Connections(Defaults.CONNECTIONS);
      WebServer server =
          SocketServer.create(
              "127.0.0.1",
              0,
              connections,
              List.of(),
              routing -> routing.get("/hello", (request, response) -> response.send("hello")));
      server.start();
      ListenerWatch watch = ListenerWatch.over(server);
      System.out.println(server.port());
      List<FileInputStream> spent = new ArrayList<>();
      for (int word = System.in.read(); word >= 0; word = System.in.read()) {
        if (word == 's') {
          spend(spent);
          System.out.println("spent");
        } else if (word == 'f') {
          for (FileInputStream one : spent) {
            one.close();
          }
          while (watch.listens()) {
            Thread.onSpinWait();
          }
          System.out.println("gone");
        }
      }
      watch.close();
      System.exit(0);
    }

    private static void spend(List<FileInputStream> spent) {
      try {
        while (true) {
          spent.add(new FileInputStream("/dev/null"));
        }
      } catch (IOException full) {
        // as wanted
      }
    }
  }

  @Test
  void aServerOutlivesMoreConnectionsThanFiles() throws Exception {
    Process child = start();
    List<Socket> flood = new ArrayList<>();
    try (BufferedReader out =
        new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
      int port = Integer.parseInt(out.readLine());
      for (int i = 0; i < FILES + 40; i++) {
        flood.add(new Socket("127.0.0.1", port));
      }
      assertTrue(toldSo(flood), "a connection too many is told so");
      for (Socket socket : flood) {
        socket.close();
      }
      while (status(port) != 200) {
        // until it has noticed that they are gone
      }
      assertTrue(child.isAlive());
    } finally {
      for (Socket socket : flood) {
        socket.close();
      }
      child.getOutputStream().close();
      assertTrue(child.waitFor(30, TimeUnit.SECONDS));
    }
  }

  /// Files that something else spends, which {@link Connections} cannot know of.
  @Test
  void aListenerThatEndedIsNoticed() throws Exception {
    Process child = start();
    try (BufferedReader out =
        new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
      int port = Integer.parseInt(out.readLine());
      assertEquals(200, status(port)); // so that all classes are there
      say(child, 's');
      assertEquals("spent", out.readLine());
      assertThrows(ConnectException.class, () -> floodUntilRefused(port), "until it ends");
      say(child, 'f');
      assertEquals("gone", out.readLine());
    } finally {
      child.destroyForcibly();
    }
  }

  /// A file may be given back meanwhile, and one connection more be accepted.
  /// Who waits to be accepted when the listener ends is reset, and not refused.
  private static void floodUntilRefused(int port) throws IOException {
    while (true) {
      try {
        flood(port);
      } catch (ConnectException refused) {
        throw refused;
      } catch (SocketException reset) {
        // the next one tells
      }
    }
  }

  private static void flood(int port) throws IOException {
    Deque<Socket> flood = new ArrayDeque<>();
    try {
      while (true) {
        flood.add(new Socket("127.0.0.1", port));
        if (flood.size() > FILES) {
          flood.remove().close();
        }
      }
    } finally {
      for (Socket socket : flood) {
        socket.close();
      }
    }
  }

  private static void say(Process child, char word) throws IOException {
    child.getOutputStream().write(word);
    child.getOutputStream().flush();
  }

  private static Process start() throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    return new ProcessBuilder(
            "bash",
            "-c",
            "ulimit -n " + FILES + "; exec \"$0\" -Xmx64m -cp \"$1\" \"$2\"",
            java,
            System.getProperty("java.class.path"),
            Child.class.getName())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static int status(int port) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", port)) {
      socket
          .getOutputStream()
          .write(
              "GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      return status(socket);
    }
  }

  /// Which ones are too many depends on how many of the first were cut off by then, for saying
  /// nothing: those are not told.
  private static boolean toldSo(List<Socket> flood) throws IOException {
    for (Socket socket : flood.reversed()) {
      if (status(socket) == 503) {
        return true;
      }
    }
    return false;
  }

  /// @return 0 for one that was closed without a word
  private static int status(Socket socket) throws IOException {
    byte[] head = socket.getInputStream().readNBytes("HTTP/1.1 200".length());
    return head.length == 0
        ? 0
        : Integer.parseInt(new String(head, StandardCharsets.US_ASCII).substring(9));
  }
}
