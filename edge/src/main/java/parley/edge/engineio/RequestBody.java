package parley.edge.engineio;

import io.helidon.webserver.http.ServerRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;
import parley.edge.connection.PendingBytes;

/// Reads bodies of bounded size, counting bytes as they come: what a header promises does not
/// count, and takes no memory.
final class RequestBody {

  private RequestBody() {}

  /// The body; null when it has more than `most` bytes.
  ///
  /// @param pending counts them
  ///
  /// @throws RuntimeException when it breaks off
  static byte @Nullable [] read(ServerRequest request, int most, PendingBytes.Account pending) {
    if (!request.content().hasEntity()) {
      return new byte[0];
    }
    try (InputStream in = request.content().inputStream()) {
      ByteArrayOutputStream out = new ByteArrayOutputStream(1_024);
      byte[] buffer = new byte[8_192];
      for (int got = in.read(buffer); got >= 0; got = in.read(buffer)) {
        if (!pending.hold(out.size() + got)) {
          throw new IOException("too much is under way");
        }
        if (out.size() + got > most) {
          return null; // the connection reads the rest, and ends
        }
        out.write(buffer, 0, got);
      }
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
