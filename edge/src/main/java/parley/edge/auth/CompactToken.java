package parley.edge.auth;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/// A token in compact form, RFC 7515 section 7.1. Its head is read at once, since it says which key
/// to try; its claims are read on demand.
final class CompactToken {

  /// Jackson's buffers from one pool: its default keeps some with each thread, and every connection
  /// is a thread.
  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .recyclerPool(JsonRecyclerPools.sharedConcurrentDequePool())
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();
  private static final int PARTS = 3;

  private final JsonNode head;
  private final byte[] payload;
  private final byte[] signed;
  private final byte[] signature;

  private CompactToken(JsonNode head, byte[] payload, byte[] signed, byte[] signature) {
    this.head = head;
    this.payload = payload;
    this.signed = signed;
    this.signature = signature;
  }

  /// @throws InvalidTokenException when it has not the form
  static CompactToken parse(String token) throws InvalidTokenException {
    String[] parts = token.split("\\.", -1);
    if (parts.length != PARTS) {
      throw new InvalidTokenException("not of three parts");
    }
    byte[] signed = (parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII);
    return new CompactToken(object(bytes(parts[0])), bytes(parts[1]), signed, bytes(parts[2]));
  }

  private static byte[] bytes(String part) throws InvalidTokenException {
    try {
      return Base64.getUrlDecoder().decode(part);
    } catch (IllegalArgumentException e) {
      throw new InvalidTokenException("a part is not base64url");
    }
  }

  private static JsonNode object(byte[] json) throws InvalidTokenException {
    try {
      JsonNode read = JSON.readTree(json);
      if (read.isObject()) {
        return read;
      }
    } catch (JsonProcessingException e) {
      throw new InvalidTokenException("a part is not JSON");
    } catch (IOException e) {
      throw new InvalidTokenException("a part is not UTF-8");
    }
    throw new InvalidTokenException("a part is no JSON object");
  }

  /// A text of the head; empty when it has none of that name.
  String head(String name) {
    return head.path(name).asText("");
  }

  /// Does the head have a field?
  boolean hasHead(String name) {
    return head.has(name);
  }

  /// What the signature is of.
  byte[] signed() {
    return signed.clone();
  }

  byte[] signature() {
    return signature.clone();
  }

  /// The claims. Only of a token whose signature holds: before, they are anybody's text.
  ///
  /// @throws InvalidTokenException when they are no JSON object
  JsonNode claims() throws InvalidTokenException {
    return object(payload);
  }
}
