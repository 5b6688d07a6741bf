package parley.edge.websocket;

import java.util.Arrays;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import parley.edge.connection.PendingBytes;

/// Reads whole messages from a client's frames: joins fragments, lets control frames pass between
/// them, and refuses everything that RFC 6455 section 5 forbids a client. Used by the connection's
/// thread alone; blocks on the socket.
final class FrameReader {

  /// What a client can say.
  sealed interface Incoming {
    record Text(String text) implements Incoming {}

    record Binary(byte[] bytes) implements Incoming {}

    record Ping(byte[] payload) implements Incoming {}

    record Pong() implements Incoming {}

    /// @param payload empty, or a code and a reason that were found valid
    record Close(byte[] payload) implements Incoming {}
  }

  private static final int LARGEST_CONTROL = 125;

  /// Memory is taken as bytes arrive, not as a header promises them.
  private static final int STEP = 16 * 1024;

  private final Inbound in;
  private final IntSupplier maxMessageBytes;
  private final PendingBytes.Account pending;
  private final boolean deflate;
  // The unfinished message: its bytes so far, its first frame's opcode (0 = there is none).
  private byte @Nullable [] message;
  private int messageBytes;
  private int messageOpcode;
  private boolean messageCompressed;
  private boolean holding; // something is counted as pending

  /// @param maxMessageBytes a message, all its fragments together, may have so many bytes; asked
  /// for each that is not small
  /// @param pending counts the bytes of a message that is not whole yet
  /// @param deflate permessage-deflate was agreed on
  FrameReader(
      Inbound in, IntSupplier maxMessageBytes, PendingBytes.Account pending, boolean deflate) {
    this.in = in;
    this.maxMessageBytes = maxMessageBytes;
    this.pending = pending;
    this.deflate = deflate;
  }

  /// The next message or control frame.
  ///
  /// @throws WebSocketException when the client broke the protocol or a limit
  Incoming next() throws WebSocketException {
    while (true) {
      int first = in.read() & 0xff;
      int second = in.read() & 0xff;
      int opcode = first & 15;
      boolean last = (first & Frames.FIN) != 0;
      boolean compressed = compressed(first, opcode);
      if ((second & 0x80) == 0) {
        throw broken("client frames must be masked");
      }
      long length = length(second & 127);
      if (opcode >= 8) {
        return control(opcode, last, length);
      }
      Incoming message = data(opcode, last, compressed, length);
      if (message != null) {
        return message;
      }
    }
  }

  /// Of the reserved bits only the first has a meaning, on a message's first frame, if it was
  /// agreed on.
  private boolean compressed(int first, int opcode) throws WebSocketException {
    int reserved = first & 0x70;
    boolean may = deflate && (opcode == Frames.TEXT || opcode == Frames.BINARY);
    if (reserved != 0 && !(may && reserved == Frames.RSV1)) {
      throw broken("reserved bits are set");
    }
    return reserved != 0;
  }

  private long length(int short7) throws WebSocketException {
    if (short7 < 126) {
      return short7;
    }
    int bytes = short7 == 126 ? 2 : 8;
    long length = 0;
    for (int i = 0; i < bytes; i++) {
      length = length << 8 | in.read() & 0xff;
    }
    if (length < 0) {
      throw broken("length is negative");
    }
    if (length > Integer.MAX_VALUE) {
      throw tooBig();
    }
    return length;
  }

  private Incoming control(int opcode, boolean last, long length) throws WebSocketException {
    if (!last || length > LARGEST_CONTROL) {
      throw broken("control frames are whole and have at most 125 bytes");
    }
    byte[] payload = unmasked((int) length);
    return switch (opcode) {
      case Frames.CLOSE -> new Incoming.Close(checkedClose(payload));
      case Frames.PING -> new Incoming.Ping(payload);
      case Frames.PONG -> new Incoming.Pong();
      default -> throw broken("unknown opcode");
    };
  }

  private static byte[] checkedClose(byte[] payload) throws WebSocketException {
    if (payload.length == 1) {
      throw broken("half a close code");
    }
    if (payload.length >= 2) {
      int code = (payload[0] & 0xff) << 8 | payload[1] & 0xff;
      if (!CloseCode.mayBeReceived(code)) {
        throw broken("close code may not be sent");
      }
      byte[] reason = Arrays.copyOfRange(payload, 2, payload.length);
      Utf8.decode(reason);
    }
    return payload;
  }

  private @Nullable Incoming data(int opcode, boolean last, boolean compressed, long length)
      throws WebSocketException {
    boolean continues = opcode == Frames.CONTINUATION;
    if (!continues && opcode != Frames.TEXT && opcode != Frames.BINARY) {
      throw broken("unknown opcode");
    }
    if (continues != (messageOpcode != 0)) {
      throw broken(continues ? "nothing to continue" : "a message is not finished");
    }
    long size = messageBytes + length;
    if (size > STEP && size > maxMessageBytes.getAsInt()) {
      throw tooBig();
    }
    if (last && !continues) {
      return whole(opcode, compressed, unmasked((int) length));
    }
    if (!continues) {
      messageOpcode = opcode;
      messageCompressed = compressed;
    }
    append(unmasked((int) length));
    return last ? joined() : null;
  }

  private void append(byte[] fragment) throws WebSocketException {
    byte[] known = message;
    int needed = messageBytes + fragment.length;
    if (known == null || needed > known.length) {
      int twice = known == null ? 0 : Math.min(2 * known.length, maxMessageBytes.getAsInt());
      int size = Math.max(needed, twice);
      hold(size);
      known = known == null ? new byte[size] : Arrays.copyOf(known, size);
      message = known;
    }
    System.arraycopy(fragment, 0, known, messageBytes, fragment.length);
    messageBytes = needed;
  }

  private Incoming joined() throws WebSocketException {
    byte[] known = message;
    byte[] whole = known == null ? new byte[0] : Arrays.copyOf(known, messageBytes);
    int opcode = messageOpcode;
    message = null;
    messageBytes = 0;
    messageOpcode = 0;
    return whole(opcode, messageCompressed, whole);
  }

  private Incoming whole(int opcode, boolean compressed, byte[] bytes) throws WebSocketException {
    byte[] payload = compressed ? Deflate.inflated(bytes, maxMessageBytes.getAsInt()) : bytes;
    if (holding) {
      pending.release();
      holding = false;
    }
    return opcode == Frames.TEXT
        ? new Incoming.Text(Utf8.decode(payload))
        : new Incoming.Binary(payload);
  }

  private byte[] unmasked(int length) throws WebSocketException {
    byte m0 = in.read();
    byte m1 = in.read();
    byte m2 = in.read();
    byte m3 = in.read();
    byte[] payload = length == 0 ? new byte[0] : bytes(length);
    int whole = length & ~3;
    for (int i = 0; i < whole; i += 4) {
      payload[i] ^= m0;
      payload[i + 1] ^= m1;
      payload[i + 2] ^= m2;
      payload[i + 3] ^= m3;
    }
    byte[] mask = {m0, m1, m2};
    for (int i = whole; i < length; i++) {
      payload[i] ^= mask[i - whole];
    }
    return payload;
  }

  private void hold(int bytes) throws WebSocketException {
    holding = true;
    if (!pending.hold(bytes)) {
      throw new WebSocketException(CloseCode.TRY_AGAIN_LATER, "too much is under way");
    }
  }

  private byte[] bytes(int length) throws WebSocketException {
    byte[] payload = in.read(Math.min(length, STEP));
    for (int at = payload.length; at < length; ) {
      int step = Math.min(length - at, at);
      hold(messageBytes + at + step);
      byte[] more = in.read(step);
      payload = Arrays.copyOf(payload, at + step);
      System.arraycopy(more, 0, payload, at, step);
      at += step;
    }
    return payload;
  }

  private static WebSocketException tooBig() {
    return new WebSocketException(CloseCode.TOO_BIG, "message is too big");
  }

  private static WebSocketException broken(String reason) {
    return new WebSocketException(CloseCode.PROTOCOL_ERROR, reason);
  }
}
