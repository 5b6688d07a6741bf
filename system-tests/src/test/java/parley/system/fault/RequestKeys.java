package parley.system.fault;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.bson.Document;
import org.bson.types.Binary;
import parley.system.fault.History.Request;

/// The keys that requests have in the log, reckoned from the secret in the store, past every
/// service.
final class RequestKeys implements Function<Request, String> {

  private static final int KEPT_BYTES = 24;

  private final byte[] secret;

  private RequestKeys(byte[] secret) {
    this.secret = secret;
  }

  static Function<Request, String> read(String uri) {
    try (MongoClient client = MongoClients.create(uri)) {
      Document found = client.getDatabase("parley").getCollection("secrets").find().first();
      return found == null
          ? request -> "c:" + request.user() + ":" + request.key()
          : new RequestKeys(found.get("secret", Binary.class).getData());
    }
  }

  @Override
  public String apply(Request request) {
    String user = request.user();
    String key = request.key();
    return switch (request.kind()) {
      case SEND -> hash("post", user, key);
      case EDIT -> hash("edit", user, key, request.target());
      case DELETE -> hash("delete", user, key, request.target());
      case REACT -> hash("react", user, key, request.target(), request.text());
      case UNREACT -> hash("unreact", user, key, request.target(), request.text());
    };
  }

  private String hash(String... parts) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      for (String part : List.of(parts)) {
        byte[] text = part.getBytes(StandardCharsets.UTF_8);
        out.writeInt(text.length);
        out.write(text);
      }
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret, "HmacSHA256"));
      byte[] kept = Arrays.copyOf(mac.doFinal(bytes.toByteArray()), KEPT_BYTES);
      return "k:" + Base64.getUrlEncoder().withoutPadding().encodeToString(kept);
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
