package parley.embedded.mongo;

import de.bwaldvogel.mongo.backend.Missing;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.bson.MaxKey;
import de.bwaldvogel.mongo.bson.MinKey;
import de.bwaldvogel.mongo.bson.ObjectId;
import de.bwaldvogel.mongo.wire.bson.BsonEncoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.NullUnmarked;

/// Makes a key of an index into bytes whose unsigned order is the order of the values: one place in
/// memory to look at for a comparison. Each value begins with a tag in BSON's order of types (never
/// 0x00 or 0xFF) and ends by itself, so that a key's first values are its prefix. A descending
/// field's bytes are inverted.
///
/// Values of kinds that have no such form here (documents, arrays, expressions) are stored as BSON:
/// equal ones are equal, their order is a whim.
@NullUnmarked
final class KeyBytes {

  private static final int NULL = 0x10;
  private static final int NUMBER = 0x20;
  private static final int TEXT = 0x30;
  private static final int BINARY = 0x60;
  private static final int OBJECT_ID = 0x70;
  private static final int BOOLEAN = 0x80;
  private static final int DATE = 0x90;
  private static final int OPAQUE = 0xA0;
  private static final int LEAST = 0x01;
  private static final int MOST = 0xFE;

  /// Behind the values of an entry; before its id.
  private static final int ENTRY = 0x01;

  private static final int BEHIND = 0xFF;

  private byte[] bytes = new byte[96];
  private int length;
  private boolean opaque;

  /// Adds a value in its normalized form.
  KeyBytes add(Object value, boolean ascending) {
    int from = length;
    append(value);
    if (!ascending) {
      for (int i = from; i < length; i++) {
        bytes[i] = (byte) ~bytes[i];
      }
    }
    return this;
  }

  /// True when a value had no ordered form.
  boolean isOpaque() {
    return opaque;
  }

  /// An entry of an index in which keys are unique.
  byte[] entry() {
    put(ENTRY);
    return before();
  }

  /// An entry of an index in which equal keys are told apart by their documents' ids.
  byte[] entry(Object id) {
    put(ENTRY);
    append(id);
    return before();
  }

  /// What sorts before all entries that begin with these values.
  byte[] before() {
    return Arrays.copyOf(bytes, length);
  }

  /// What sorts behind all entries that begin with these values.
  byte[] behind() {
    put(BEHIND);
    return before();
  }

  private void append(Object value) {
    switch (value) {
      case null -> put(NULL);
      case Missing missing -> put(NULL);
      case String text -> text(text);
      case Number number -> number(number);
      case Boolean truth -> {
        put(BOOLEAN);
        put(truth ? 1 : 0);
      }
      case Instant time -> {
        put(DATE);
        putLong(time.toEpochMilli());
      }
      case ObjectId id -> {
        put(OBJECT_ID);
        putAll(id.toByteArray());
      }
      case UUID id -> {
        put(BINARY);
        putLong(id.getMostSignificantBits());
        putLong(id.getLeastSignificantBits());
      }
      case MinKey least -> put(LEAST);
      case MaxKey most -> put(MOST);
      default -> opaque(value);
    }
  }

  private void text(String text) {
    put(TEXT);
    for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
      put(each);
      if (each == 0) {
        put(0xFF);
      }
    }
    put(0);
    put(0);
  }

  /// As a double; integers that are none, by what is left.
  private void number(Number number) {
    put(NUMBER);
    double rounded = number.doubleValue();
    long bits = Double.doubleToLongBits(rounded + 0.0); // -0.0 becomes 0.0
    long ordered = bits < 0 ? ~bits : bits ^ Long.MIN_VALUE;
    putUnsigned(Double.isNaN(rounded) ? 0 : ordered);
    putLong(number instanceof Long whole ? whole - (long) rounded : 0);
  }

  private void opaque(Object value) {
    opaque = true;
    put(OPAQUE);
    ByteBuf bson = Unpooled.buffer(128);
    BsonEncoder.encodeDocument(new Document("v", value), bson);
    byte[] raw = ByteBufUtil.getBytes(bson);
    putAll(raw); // begins with its length, so it ends by itself
  }

  private void putLong(long value) {
    putUnsigned(value ^ Long.MIN_VALUE);
  }

  private void putUnsigned(long value) {
    for (int shift = 56; shift >= 0; shift -= 8) {
      put((int) (value >>> shift));
    }
  }

  private void putAll(byte[] more) {
    for (byte each : more) {
      put(each);
    }
  }

  private void put(int each) {
    if (length == bytes.length) {
      bytes = Arrays.copyOf(bytes, length * 2);
    }
    bytes[length++] = (byte) each;
  }
}
