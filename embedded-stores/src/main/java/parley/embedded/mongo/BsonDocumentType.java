package parley.embedded.mongo;

import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.wire.bson.BsonDecoder;
import de.bwaldvogel.mongo.wire.bson.BsonEncoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import org.h2.mvstore.WriteBuffer;
import org.h2.mvstore.type.BasicDataType;

/// Documents on the disk as BSON: compact, readable by tools, and with no Java object to be
/// deserialised from a file.
final class BsonDocumentType extends BasicDataType<Document> {

  private static final int BYTES_A_FIELD = 48;

  @Override
  public int getMemory(Document document) {
    int bytes = BYTES_A_FIELD;
    for (Object value : document.values()) {
      bytes += BYTES_A_FIELD + (value instanceof String text ? text.length() : 0);
    }
    return bytes;
  }

  @Override
  public void write(WriteBuffer out, Document document) {
    ByteBuf bson = Unpooled.buffer(512);
    BsonEncoder.encodeDocument(document, bson);
    out.putVarInt(bson.readableBytes()).put(bson.nioBuffer());
  }

  @Override
  public Document read(ByteBuffer in) {
    int length = org.h2.mvstore.DataUtils.readVarInt(in);
    ByteBuffer bson = in.slice(in.position(), length);
    in.position(in.position() + length);
    return BsonDecoder.decodeBson(Unpooled.wrappedBuffer(bson));
  }

  @Override
  public Document[] createStorage(int size) {
    return new Document[size];
  }
}
