package parley.edge.websocket;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/// Compresses and restores messages, RFC 7692 section 7.2, without a context between them. For any
/// thread; compressors, which hold native memory, are lent from a small pool.
public final class Deflate {

  private static final int LEVEL = 6;
  private static final byte[] TAIL = {0, 0, (byte) 0xff, (byte) 0xff};
  private static final int POOLED = 16;
  private static final Queue<Deflater> DEFLATERS = new ArrayBlockingQueue<>(POOLED);
  private static final Queue<Inflater> INFLATERS = new ArrayBlockingQueue<>(POOLED);

  private Deflate() {}

  /// The same frames, those of text and data with at least `threshold` bytes compressed, where that
  /// makes them smaller.
  public static byte[] frames(byte[] frames, int threshold) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(frames.length);
    Frames.each(
        frames,
        (opcode, offset, length) -> {
          byte[] payload = Arrays.copyOfRange(frames, offset, offset + length);
          byte[] chosen = payload;
          if (opcode < Frames.CLOSE && length >= threshold) {
            byte[] small = deflated(payload);
            chosen = small.length < length ? small : payload;
          }
          int first = Frames.FIN | opcode | (chosen == payload ? 0 : Frames.RSV1);
          out.writeBytes(Frames.frame(first, chosen, chosen.length));
        });
    return out.toByteArray();
  }

  static byte[] deflated(byte[] payload) {
    Deflater lent = DEFLATERS.poll();
    Deflater deflater = lent == null ? new Deflater(LEVEL, true) : lent;
    deflater.setInput(payload);
    ByteArrayOutputStream out = new ByteArrayOutputStream(payload.length / 2 + 64);
    byte[] buffer = new byte[Math.min(payload.length + 64, 16_384)];
    int got = deflater.deflate(buffer, 0, buffer.length, Deflater.SYNC_FLUSH);
    while (got > 0) {
      out.write(buffer, 0, got);
      got = deflater.deflate(buffer, 0, buffer.length, Deflater.SYNC_FLUSH);
    }
    deflater.reset();
    if (!DEFLATERS.offer(deflater)) {
      deflater.end();
    }
    byte[] bytes = out.toByteArray();
    return Arrays.copyOf(bytes, bytes.length - TAIL.length);
  }

  /// Restores a message.
  ///
  /// @param most bytes that it may have
  /// @throws WebSocketException TOO_BIG as soon as it has more; INVALID_PAYLOAD when it is no
  ///     compressed data
  static byte[] inflated(byte[] payload, int most) throws WebSocketException {
    Inflater lent = INFLATERS.poll();
    Inflater inflater = lent == null ? new Inflater(true) : lent;
    try {
      byte[] input = Arrays.copyOf(payload, payload.length + TAIL.length);
      System.arraycopy(TAIL, 0, input, payload.length, TAIL.length);
      return inflated(inflater, input, most);
    } catch (DataFormatException e) {
      throw new WebSocketException(CloseCode.INVALID_PAYLOAD, "no compressed data");
    } finally {
      inflater.reset();
      if (!INFLATERS.offer(inflater)) {
        inflater.end();
      }
    }
  }

  private static byte[] inflated(Inflater inflater, byte[] input, int most)
      throws DataFormatException, WebSocketException {
    ByteArrayOutputStream out = new ByteArrayOutputStream(Math.min(input.length * 4, most));
    byte[] buffer = new byte[8_192];
    inflater.setInput(input);
    while (true) {
      int got = inflater.inflate(buffer);
      if (out.size() + got > most) {
        throw new WebSocketException(CloseCode.TOO_BIG, "message is too big");
      }
      out.write(buffer, 0, got);
      if (inflater.needsDictionary()) {
        throw new DataFormatException();
      }
      if (inflater.finished() && inflater.getRemaining() > 0) {
        int left = inflater.getRemaining(); // a block marked as the last one need not be it
        inflater.reset();
        inflater.setInput(input, input.length - left, left);
      } else if (inflater.finished() || got == 0 && inflater.needsInput()) {
        return out.toByteArray();
      }
    }
  }
}
