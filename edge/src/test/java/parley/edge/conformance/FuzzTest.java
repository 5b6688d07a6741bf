package parley.edge.conformance;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import parley.edge.engineio.EngineConfig;

/// Random and mutated input over live sockets: fifty thousand of them. Nothing that goes wrong may
/// be an exception that nobody expected, and nobody but the sender may notice. (The decoders have
/// fuzz tests of their own, where they are.)
@Timeout(240)
class FuzzTest {

  private static final int INPUTS = 50_000;
  private static final long SEED = 20_261_126;

  private static final String[] PACKETS = {
    "40",
    "40/custom,",
    "41",
    "42[\"message\",1]",
    "42/custom,7[\"message-with-ack\",{}]",
    "451-[\"message\",{\"_placeholder\":true,\"num\":0}]",
    "461-0[{}]",
    "430[]",
    "2probe",
    "5",
    "3",
    "2",
    "1",
    "6",
    "bAQID",
    "4",
    "42[\"ask\",{\"name\":\"q\",\"patience\":1}]",
    "44{}",
    "42[\"burst\",3]",
    "42[\"put-me-out\"]"
  };

  private final Random random = new Random(SEED);
  private ProtocolServer server;

  @Test
  void nothingThatIsSentHarmsAnybodyElse() throws Exception {
    AtomicInteger faults = new AtomicInteger();
    Handler watcher = watcher(faults);
    Logger.getLogger("").addHandler(watcher);
    try (ProtocolServer started =
            ProtocolServer.start(config -> ProtocolServer.transports(patient(config), true, true));
        Peer neighbour = Peer.open(started, "/socket.io/?EIO=4&transport=websocket")) {
      server = started;
      neighbour.next();
      neighbour.send("40");
      neighbour.next();
      neighbour.next();
      warmUp();
      long before = usedAfterCollection();
      int sent = 0;
      while (sent < INPUTS) {
        sent += random.nextInt(3) == 0 ? overHttp() : overWebSocket();
        neighbour.send("42[\"message\"," + sent + "]");
        assertEquals("42[\"message-back\"," + sent + "]", nextEvent(neighbour));
      }
      await().atMost(Duration.ofSeconds(60)).until(() -> server.sessions() == 1);
      long after = usedAfterCollection();
      assertTrue(after - before < 16_000_000, () -> "before %d, after %d".formatted(before, after));
      assertEquals(0, faults.get(), "faults of ours were logged");
    } finally {
      Logger.getLogger("").removeHandler(watcher);
    }
  }

  /// Sessions that a request began by chance end soon.
  private static EngineConfig patient(EngineConfig config) {
    return new EngineConfig(
        config.path(),
        new EngineConfig.Heartbeat(Duration.ofSeconds(4), Duration.ofSeconds(4), Duration.ZERO),
        config.sizes(),
        config.transports(),
        config.http());
  }

  private static String nextEvent(Peer peer) throws InterruptedException {
    String next = peer.next();
    while (next.equals("2")) {
      peer.send("3");
      next = peer.next();
    }
    return next;
  }

  /// A fault of ours is logged as such.
  private static Handler watcher(AtomicInteger faults) {
    return new Handler() {
      @Override
      public void publish(LogRecord record) {
        if (record.getLevel().intValue() >= Level.WARNING.intValue()) {
          faults.incrementAndGet();
        }
      }

      @Override
      public void flush() {}

      @Override
      public void close() {}
    };
  }

  private void warmUp() throws IOException {
    for (int i = 0; i < 50; i++) {
      overHttp();
      overWebSocket();
    }
    await().atMost(Duration.ofSeconds(60)).until(() -> server.sessions() == 1);
  }

  private static long usedAfterCollection() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  /// A connection with some frames on it, most of them well-formed around content that is not.
  private int overWebSocket() throws IOException {
    try (Socket socket = connect()) {
      OutputStream out = socket.getOutputStream();
      String version = random.nextInt(8) == 0 ? "3" : "4";
      String path = random.nextBoolean() ? "/socket.io/" : "/engine.io/";
      out.write(
          ("GET "
                  + path
                  + "?EIO="
                  + version
                  + "&transport=websocket HTTP/1.1\r\nHost: x\r\n"
                  + "Upgrade: websocket\r\nConnection: Upgrade\r\n"
                  + "Sec-WebSocket-Extensions: permessage-deflate\r\n"
                  + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
                  + "Sec-WebSocket-Version: 13\r\n\r\n")
              .getBytes(StandardCharsets.US_ASCII));
      int frames = 0;
      int wanted = 1 + random.nextInt(40);
      while (frames < wanted) {
        out.write(frame());
        frames++;
      }
      drainAvailable(socket.getInputStream());
      return frames;
    } catch (IOException refused) {
      return 1; // the server has closed, as it may
    }
  }

  private byte[] frame() {
    byte[] payload = packet();
    int opcode = random.nextInt(12) == 0 ? random.nextInt(16) : random.nextInt(6) == 0 ? 2 : 1;
    int first = (random.nextInt(20) == 0 ? 0 : 0x80) | opcode;
    first |= random.nextInt(30) == 0 ? 0x40 : 0;
    byte[] mask = new byte[4];
    random.nextBytes(mask);
    byte[] frame = new byte[payload.length + 8];
    frame[0] = (byte) first;
    frame[1] = (byte) (0x80 | 126);
    frame[2] = (byte) (payload.length >> 8);
    frame[3] = (byte) payload.length;
    System.arraycopy(mask, 0, frame, 4, 4);
    for (int i = 0; i < payload.length; i++) {
      frame[8 + i] = (byte) (payload[i] ^ mask[i & 3]);
    }
    if (random.nextInt(25) == 0) {
      frame[random.nextInt(frame.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return frame;
  }

  /// A packet as it should be, or with some bytes changed, or noise.
  private byte[] packet() {
    byte[] packet = PACKETS[random.nextInt(PACKETS.length)].getBytes(StandardCharsets.ISO_8859_1);
    int kind = random.nextInt(4);
    if (kind == 0) {
      packet = new byte[random.nextInt(60)];
      random.nextBytes(packet);
    } else if (kind == 1 && packet.length > 0) {
      packet[random.nextInt(packet.length)] = (byte) random.nextInt(256);
    }
    return packet;
  }

  /// Requests on one connection, some of them to a session that exists.
  private int overHttp() throws IOException {
    String sid = new Polls(server, "/socket.io/").open();
    int requests = 0;
    int wanted = 1 + random.nextInt(8);
    for (; requests < wanted; requests++) {
      try (Socket socket = connect()) {
        byte[] request = request(sid);
        socket.getOutputStream().write(request);
        drainAvailable(socket.getInputStream());
      } catch (IOException refused) {
        // closed, as it may
      }
    }
    new Polls(server, "/socket.io/").post(sid, "1").join();
    return requests;
  }

  private byte[] request(String sid) {
    String method = random.nextInt(3) == 0 ? "GET" : "POST";
    byte[] body = method.equals("GET") ? new byte[0] : packet();
    String query =
        "?EIO=4&transport=" + (random.nextInt(9) == 0 ? "websocket" : "polling") + "&sid=" + sid;
    String head =
        method
            + " /socket.io/"
            + query
            + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
            + "Content-Length: "
            + body.length
            + "\r\n\r\n";
    byte[] bytes = head.getBytes(StandardCharsets.ISO_8859_1);
    byte[] request = java.util.Arrays.copyOf(bytes, bytes.length + body.length);
    System.arraycopy(body, 0, request, bytes.length, body.length);
    for (int n = random.nextInt(3); n > 0; n--) {
      request[random.nextInt(request.length)] = (byte) random.nextInt(256);
    }
    return request;
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket();
    socket.setSoLinger(random.nextBoolean(), 0);
    socket.connect(new InetSocketAddress("127.0.0.1", server.port()));
    socket.setSoTimeout(5);
    return socket;
  }

  private static void drainAvailable(InputStream in) throws IOException {
    byte[] buffer = new byte[4_096];
    try {
      int read = in.read(buffer);
      while (read > 0 && in.available() > 0) {
        read = in.read(buffer);
      }
    } catch (java.net.SocketTimeoutException nothingMore) {
      // it waits for us
    }
  }
}
