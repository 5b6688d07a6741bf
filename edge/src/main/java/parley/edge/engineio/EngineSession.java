package parley.edge.engineio;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import parley.edge.websocket.WebSocketConnection;
import parley.edge.websocket.WebSocketListener;

/// One client's Engine.IO session, over WebSocket. Sending is for any thread and never blocks; what
/// is heard comes from the connection's reading thread.
public final class EngineSession implements WebSocketListener {

  private static final Packet PING = Packet.of("2");

  private final String sid;
  private final Handshake handshake;
  private final EngineConfig config;
  private final Drainers drainers;
  private final Heartbeats heartbeats;
  private final EngineListener.Factory upper;
  private final AtomicBoolean ended = new AtomicBoolean();
  private volatile @Nullable Outbox outbox;
  private volatile @Nullable EngineListener listener;
  private volatile boolean awaitingPong;
  private volatile int generation; // written by the reading thread alone
  private volatile long pingSentNanos;
  private volatile long lastHeardNanos = System.nanoTime();
  private volatile String remoteAddress = "";

  EngineSession(
      String sid,
      Handshake handshake,
      EngineConfig config,
      Drainers drainers,
      Heartbeats heartbeats,
      EngineListener.Factory upper) {
    this.sid = sid;
    this.handshake = handshake;
    this.config = config;
    this.drainers = drainers;
    this.heartbeats = heartbeats;
    this.upper = upper;
  }

  /// The request that began the session.
  public Handshake handshake() {
    return handshake;
  }

  /// The peer's address.
  public String remoteAddress() {
    return remoteAddress;
  }

  /// Queues a packet; never blocks.
  ///
  /// @return false when it will not be sent
  public boolean send(Packet packet) {
    Outbox known = outbox;
    return known != null && known.offer(packet);
  }

  /// Bytes that wait for the client.
  public int waitingBytes() {
    Outbox known = outbox;
    return known == null ? 0 : known.bytes();
  }

  /// Ends the session after what is queued and `last` have been written. The client's reconnection
  /// is up to what `last` says.
  public void closeAfter(Packet last, String reason) {
    Outbox known = outbox;
    if (known != null) {
      known.closeAfter(last);
    }
    end(reason);
  }

  /// Ends the session at once; a client of the official kind comes back by itself.
  public void close(String reason) {
    Outbox known = outbox;
    if (known != null) {
      known.close();
    }
    end(reason);
  }

  @Override
  public void opened(WebSocketConnection connection) {
    remoteAddress = connection.remoteAddress();
    Transport transport =
        new Transport() {
          @Override
          public void write(byte[] frames) {
            connection.write(frames);
          }

          @Override
          public void drop() {
            connection.drop();
          }
        };
    Outbox created =
        new Outbox(transport, drainers, config.outboxBytes(), () -> close("transport error"));
    outbox = created;
    listener = upper.opened(this);
    created.offer(Packet.of(openPacket()));
    // Spread, so that a mass reconnect does not become a burst of pings for ever.
    long interval = config.pingInterval().toMillis();
    beatAfter(interval - ThreadLocalRandom.current().nextLong(interval / 10 + 1));
  }

  private String openPacket() {
    return "0{\"sid\":\""
        + sid
        + "\",\"upgrades\":[],\"pingInterval\":"
        + config.pingInterval().toMillis()
        + ",\"pingTimeout\":"
        + config.pingTimeout().toMillis()
        + ",\"maxPayload\":"
        + config.maxPayload()
        + "}";
  }

  /// One timer of the heartbeat; a newer one makes it void.
  private record Beat(EngineSession session, int generation) implements Heartbeats.Beating {
    @Override
    public long beat() {
      return session.generation == generation ? session.beat() : -1;
    }
  }

  private void beatAfter(long millis) {
    int next = generation + 1;
    generation = next;
    heartbeats.after(millis, new Beat(this, next));
  }

  /// Any packet counts as life: the deadline of a pong stands still while the client talks.
  private long beat() {
    if (ended.get()) {
      return -1;
    }
    if (!awaitingPong) {
      awaitingPong = true;
      pingSentNanos = System.nanoTime();
      send(PING);
      return config.pingTimeout().toMillis();
    }
    long since = Math.max(pingSentNanos, lastHeardNanos);
    long silent = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - since);
    long left = config.pingTimeout().toMillis() - silent;
    if (left > 0) {
      return left;
    }
    close("ping timeout");
    return -1;
  }

  @Override
  public void text(String text) {
    lastHeardNanos = System.nanoTime();
    switch (text.isEmpty() ? ' ' : text.charAt(0)) {
      case '4' -> deliver(text.substring(1));
      case '3' -> pong();
      case '1' -> close("transport close");
      case '6' -> {} // a noop, as some clients send while upgrading
      default -> close("parse error");
    }
  }

  private void pong() {
    if (awaitingPong) {
      awaitingPong = false;
      beatAfter(config.pingInterval().toMillis());
    }
  }

  private void deliver(String message) {
    EngineListener known = listener;
    if (known != null && !ended.get()) {
      known.message(message);
    }
  }

  @Override
  public void binary(byte[] bytes) {
    lastHeardNanos = System.nanoTime();
    EngineListener known = listener;
    if (known != null && !ended.get()) {
      known.binary(bytes);
    }
  }

  @Override
  public void control(byte[] frame) {
    Outbox known = outbox;
    if (known == null) {
      return;
    }
    boolean close = (frame[0] & 15) == 8;
    if (close) {
      known.closeAfter(new Packet(frame, false));
    } else {
      known.offer(new Packet(frame, true));
    }
  }

  @Override
  public void closed(String reason) {
    end(reason);
  }

  private void end(String reason) {
    if (ended.compareAndSet(false, true)) {
      EngineListener known = listener;
      if (known != null) {
        known.closed(reason);
      }
    }
  }
}
