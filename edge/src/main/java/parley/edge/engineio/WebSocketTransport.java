package parley.edge.engineio;

import java.util.List;
import org.jspecify.annotations.Nullable;
import parley.edge.websocket.Deflate;
import parley.edge.websocket.Ending;
import parley.edge.websocket.WebSocketConnection;
import parley.edge.websocket.WebSocketListener;

/// A WebSocket of a session: its transport from the start, or one that probes and then takes over.
/// Until it is the session's transport its own reading thread writes to it, after that the drainers
/// do. A client that has to go is dropped without a close frame: the official Java client takes no
/// notice of one before its heartbeat fails, of a lost connection at once.
final class WebSocketTransport implements Transport, WebSocketListener, Transport.Writing {

  private static final int BYTES_IN_A_WRITE = 16 * 1024;

  /// What may be said by a WebSocket that has not taken over: `2probe` and `5`.
  private static final int PROBE_BYTES = 64;

  private static final Object DEFLATED = "permessage-deflate";
  private static final byte[] PROBE_ANSWER = Packet.of("3probe").frames();

  private final EngineSession session;
  private final int compressFrom;
  private volatile @Nullable WebSocketConnection connection;
  private volatile boolean current;

  /// @param current it is the session's transport from the start
  WebSocketTransport(EngineSession session, int compressFrom, boolean current) {
    this.session = session;
    this.compressFrom = compressFrom;
    this.current = current;
  }

  @Override
  public void opened(WebSocketConnection opened) {
    connection = opened;
    if (current) {
      session.start();
    } else if (!session.probing(this)) {
      drop(); // the session has a WebSocket already, and keeps it
    }
  }

  @Override
  public void text(String text) {
    if (current) {
      session.hearing().text(text);
    } else if (text.equals("2probe")) {
      direct(PROBE_ANSWER);
      session.probed(this);
    } else if (text.equals("5")) {
      current = true;
      if (!session.upgraded(this)) {
        current = false;
        drop();
      }
    } else {
      drop();
    }
  }

  @Override
  public void binary(byte[] bytes) {
    if (current) {
      session.hearing().binary(bytes);
    } else {
      drop();
    }
  }

  @Override
  public int maxMessage() {
    return current ? session.maxMessage() : PROBE_BYTES;
  }

  @Override
  public void control(byte[] frame) {
    boolean close = (frame[0] & 15) == 8;
    if (current) {
      session.control(Packet.control(frame), close);
    } else {
      direct(frame);
      if (close) {
        drop();
      }
    }
  }

  private void direct(byte[] frame) {
    WebSocketConnection known = connection;
    if (known != null) {
      known.write(frame);
    }
  }

  @Override
  public void closed(Ending ending) {
    if (current) {
      session.transportClosed(reason(ending));
    } else {
      session.probeEnded(this);
    }
  }

  private static EndReason reason(Ending ending) {
    return switch (ending) {
      case PEER_GONE -> EndReason.TRANSPORT_CLOSE;
      case DROPPED -> EndReason.FORCED_CLOSE;
      case PROTOCOL_BROKEN -> EndReason.PARSE_ERROR;
      case OVERLOADED -> EndReason.TOO_MUCH_PENDING;
      case FAULT -> EndReason.FAULT;
    };
  }

  @Override
  public Writing claim() {
    return this;
  }

  @Override
  public boolean writable() {
    return connection != null;
  }

  @Override
  public int mostPackets() {
    return Integer.MAX_VALUE;
  }

  @Override
  public int mostBytes() {
    return BYTES_IN_A_WRITE;
  }

  @Override
  public void write(List<Packet> packets) {
    WebSocketConnection known = connection;
    if (known == null) {
      throw new IllegalStateException("not open yet");
    }
    known.write(packets.size() == 1 ? frames(packets.getFirst(), known) : joined(packets, known));
  }

  private byte[] joined(List<Packet> packets, WebSocketConnection known) {
    byte[][] parts = new byte[packets.size()][];
    int size = 0;
    for (int i = 0; i < parts.length; i++) {
      parts[i] = frames(packets.get(i), known);
      size += parts[i].length;
    }
    byte[] joined = new byte[size];
    int at = 0;
    for (byte[] part : parts) {
      System.arraycopy(part, 0, joined, at, part.length);
      at += part.length;
    }
    return joined;
  }

  /// What is sent to many is compressed for the first of them.
  private byte[] frames(Packet packet, WebSocketConnection known) {
    Packet shaped = session.framing().shape(packet);
    if (!known.deflates() || shaped.size() < compressFrom) {
      return shaped.frames();
    }
    return shaped
        .derived(DEFLATED, plain -> plain.as(Deflate.frames(plain.frames(), compressFrom)))
        .frames();
  }

  @Override
  public void drop() {
    WebSocketConnection known = connection;
    if (known != null) {
      known.drop();
    }
  }
}
