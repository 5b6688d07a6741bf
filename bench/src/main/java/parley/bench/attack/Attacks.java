package parley.bench.attack;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What is done. Each attack is bounded: in the connections that it holds, and in time.
final class Attacks {

  /// @see Attacks
  interface Attack {

    /// Blocks until the time is over, or nothing more can be done.
    ///
    /// @param held what it leaves open, for whoever watches how long the edge bears it
    void run(Target target, List<Wire> held, long untilNanos)
        throws IOException, InterruptedException;
  }

  private static final int MANY = 3_000;
  private static final int MEGABYTE = 1_000_000;

  private Attacks() {}

  /// By name, the mildest first.
  static Map<String, Attack> all() {
    Map<String, Attack> all = new LinkedHashMap<>();
    all.put("nothing", (target, held, until) -> {});
    all.put("3,000 connections without a byte", holding(MANY, Attacks::silent));
    all.put("3,000 slow headers", holding(MANY, Attacks::slowHeader));
    all.put("1,000 slow bodies", holding(1_000, Attacks::slowBody));
    all.put("3,000 unused polling sessions", holding(MANY, Attacks::unusedPolling));
    all.put("3,000 sockets without CONNECT", holding(MANY, Wire::webSocket));
    all.put("forged tokens from 4 sockets", flooding(4, Attacks::forge));
    all.put("unknown namespaces from 4 sockets", flooding(4, Attacks::unknownNamespace));
    all.put("a flood of pings", flooding(2, repeated("2", 1_000)));
    all.put("a flood of events before CONNECT", flooding(2, repeated("42[\"x\"]", 1_000)));
    all.put("fragments of one byte", flooding(2, fragments(1)));
    all.put("empty fragments", flooding(2, fragments(0)));
    all.put("4 posts of 1 MB of separators at once", flooding(4, Attacks::separators));
    all.put("200 who do not read", Attacks::deaf);
    all.put("38 unfinished events of 1 MB", holding(38, Attacks::unfinished));
    return all;
  }

  private interface Opening {
    Wire open(Target target) throws IOException;
  }

  private interface Turn {
    /// @return the connection to go on with
    Wire take(Target target, Wire wire) throws IOException;
  }

  private static Attack holding(int count, Opening opening) {
    return (target, held, until) -> {
      for (int i = 0; i < count && System.nanoTime() - until < 0; i++) {
        try {
          held.add(opening.open(target));
        } catch (IOException refused) {
          // the next one may be let in
        }
      }
    };
  }

  private static Attack flooding(int count, Turn turn) {
    return (target, held, until) -> {
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        threads.add(Thread.startVirtualThread(() -> flood(target, turn, until)));
      }
      for (Thread thread : threads) {
        thread.join();
      }
    };
  }

  private static void flood(Target target, Turn turn, long until) {
    while (System.nanoTime() - until < 0) {
      try (Wire first = Wire.webSocket(target)) {
        Wire wire = first;
        while (System.nanoTime() - until < 0) {
          wire = turn.take(target, wire);
          wire.drain();
        }
      } catch (IOException thrownOut) {
        Thread.yield();
      }
    }
  }

  private static Wire silent(Target target) throws IOException {
    return new Wire(target);
  }

  private static Wire slowHeader(Target target) throws IOException {
    Wire wire = new Wire(target);
    wire.write("GET /socket.io/?EIO=4 HTTP/1.1\r\nHost: a\r\nX-Slow: ");
    return wire;
  }

  private static Wire slowBody(Target target) throws IOException {
    String sid = sid(target);
    Wire wire = new Wire(target);
    wire.write(
        "POST /socket.io/?EIO=4&transport=polling&sid=%s HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n4"
            .formatted(sid));
    return wire;
  }

  private static Wire unusedPolling(Target target) throws IOException {
    Wire wire = new Wire(target);
    wire.write("GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: a\r\n\r\n");
    wire.line();
    return wire;
  }

  private static Wire unfinished(Target target) throws IOException {
    Wire wire = Wire.webSocket(target);
    String nodes = ",{\"\":0}".repeat(MEGABYTE / 7 - 20);
    wire.send("451-[\"x\"" + nodes + "]");
    return wire;
  }

  private static Wire forge(Target target, Wire wire) throws IOException {
    wire.send("40{\"token\":\"" + target.forged("eve") + "\"}");
    return wire;
  }

  private static Wire unknownNamespace(Target target, Wire wire) throws IOException {
    wire.send("40/nowhere,{\"token\":\"x\"}");
    return wire;
  }

  private static Turn repeated(String text, int times) {
    byte[] one = Wire.frame(Wire.TEXT, true, text.getBytes(StandardCharsets.UTF_8));
    byte[] all = repeat(one, times);
    return (target, wire) -> {
      wire.send(all);
      return wire;
    };
  }

  private static Turn fragments(int bytes) {
    byte[] first = Wire.frame(Wire.TEXT, false, "2".getBytes(StandardCharsets.UTF_8));
    byte[] more =
        repeat(Wire.frame(0, false, "a".repeat(bytes).getBytes(StandardCharsets.UTF_8)), 1_000);
    byte[] last = Wire.frame(0, true, new byte[0]);
    return (target, wire) -> {
      wire.send(first);
      wire.send(more);
      wire.send(last);
      return wire;
    };
  }

  private static byte[] repeat(byte[] one, int times) {
    byte[] all = new byte[one.length * times];
    for (int i = 0; i < times; i++) {
      System.arraycopy(one, 0, all, i * one.length, one.length);
    }
    return all;
  }

  private static Wire separators(Target target, Wire wire) throws IOException {
    String sid = sid(target);
    try (Wire post = new Wire(target)) {
      post.write(
          "POST /socket.io/?EIO=4&transport=polling&sid=%s HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n"
              .formatted(sid, MEGABYTE - 1));
      post.write("4" + "\u001e4".repeat(MEGABYTE / 2 - 1));
      post.line();
    }
    return wire;
  }

  private static String sid(Target target) throws IOException {
    try (Wire wire = new Wire(target)) {
      wire.write(
          "GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
      String head = wire.line();
      while (!wire.line().isEmpty()) {
        // headers
      }
      String body = wire.line();
      int at = body.indexOf("\"sid\":\"");
      if (at < 0) {
        throw new IOException("no session: " + head);
      }
      return body.substring(at + 7, body.indexOf('"', at + 7));
    }
  }

  /// They are in the room where people talk, and one of theirs fills it.
  private static void deaf(Target target, List<Wire> held, long until)
      throws IOException, InterruptedException {
    for (int i = 0; i < 200; i++) {
      Wire wire = Wire.webSocket(target);
      wire.send("40{\"token\":\"" + target.token("deaf-" + i) + "\"}");
      wire.send("42[\"join-room\",\"loud\"]");
      held.add(wire);
    }
    String words = "x".repeat(4_000);
    try (Wire loud = Wire.webSocket(target)) {
      loud.send("40{\"token\":\"" + target.token("loud") + "\"}");
      loud.send("42[\"join-room\",\"loud\"]");
      for (int i = 0; System.nanoTime() - until < 0; i++) {
        loud.send(
            "42[\"send-message\",{\"roomId\":\"loud\",\"content\":\"%s\",\"clientMessageId\":\"%s\"}]"
                .formatted(words, "l" + i));
        loud.drain();
        loud.send("3");
        Thread.sleep(20);
      }
    }
  }
}
