package parley.edge.engineio;

import io.helidon.http.HeaderNames;
import io.helidon.http.WritableHeaders;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;

/// Compresses the answer to a poll, where it is large and the client can read it.
///
/// @param kind what the client takes; gzip rather than deflate
/// @param threshold bytes from which it is worth the while
record PollEncoding(Kind kind, int threshold) {

  enum Kind {
    NONE,
    GZIP,
    DEFLATE
  }

  /// @param accepted the request's Accept-Encoding; empty when absent
  static PollEncoding of(String accepted, int threshold) {
    Kind kind = Kind.NONE;
    for (String part : accepted.toLowerCase(Locale.ROOT).split(",", -1)) {
      String[] pieces = part.split(";", -1);
      String name = pieces[0].trim();
      boolean refused = pieces.length > 1 && pieces[1].replace(" ", "").matches("q=0(\\.0{0,3})?");
      if (refused) {
        continue;
      }
      if (name.equals("gzip") || name.equals("*")) {
        return new PollEncoding(Kind.GZIP, threshold);
      }
      if (name.equals("deflate")) {
        kind = Kind.DEFLATE;
      }
    }
    return new PollEncoding(kind, threshold);
  }

  /// The body as it goes out; says so in the headers.
  byte[] encode(byte[] body, WritableHeaders<?> headers) {
    if (kind == Kind.NONE || body.length < threshold) {
      return body;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream(body.length / 2);
    try (OutputStream encoder = encoder(out)) {
      encoder.write(body);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory does not fail
    }
    headers.set(HeaderNames.CONTENT_ENCODING, kind.name().toLowerCase(Locale.ROOT));
    return out.toByteArray();
  }

  private OutputStream encoder(OutputStream out) throws IOException {
    return kind == Kind.GZIP ? new GZIPOutputStream(out) : new DeflaterOutputStream(out);
  }
}
