package parley.core.log;

import com.mongodb.MongoWriteException;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.model.Updates;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.bson.Document;
import org.bson.types.Binary;
import org.jspecify.annotations.Nullable;
import parley.contract.InvalidIdException;
import parley.contract.UserId;
import parley.core.store.ChatDatabase;

/// The keys under which the log remembers requests for ever: `k:` and a keyed hash of the kind of
/// request, the sender, the client's id for it, and what it concerns, each with its length. So no
/// two requests share a key by accident or by choice, and the log's index holds no user's id.
///
/// The secret is made by whichever node needs it first, and kept in the database: all nodes agree,
/// also after a restart. It never leaves core. Blocks on the store at first use; safe for any
/// thread.
public final class RequestKeys {

  /// Keys as they were before: `c:`, sender, `:`, the client's id. Entries keep theirs.
  static final String OLD = "c:";

  private static final String NEW = "k:";
  private static final String SECRET = "dedupe";
  private static final int SECRET_BYTES = 32;
  private static final int KEPT_BYTES = 24;

  private final ChatDatabase database;
  private volatile @Nullable SecretKeySpec secret;

  public RequestKeys(ChatDatabase database) {
    this.database = database;
  }

  /// Reads the secret, or makes it.
  ///
  /// @throws com.mongodb.MongoException when the store cannot be reached
  public void load() {
    var unused = secret();
  }

  /// The key of a request.
  ///
  /// @throws InvalidIdException when its name is no well-formed text
  String of(UserId sender, RequestName name, Command command) {
    if (!name.given()) {
      return name.text();
    }
    return switch (command) {
      case Command.Post p -> key("post", sender.value(), name.text());
      case Command.Edit(var target, String content) ->
          key("edit", sender.value(), name.text(), target.toString());
      case Command.Delete(var target) ->
          key("delete", sender.value(), name.text(), target.toString());
      case Command.React(var target, String emoji, boolean remove) ->
          key(remove ? "unreact" : "react", sender.value(), name.text(), target.toString(), emoji);
      case Command.AddMember(UserId user, var role) ->
          key("add", sender.value(), name.text(), user.value());
      case Command.RemoveMember(UserId user) ->
          key("remove", sender.value(), name.text(), user.value());
    };
  }

  /// The key under which a direct room has each of its two members.
  String ofDirectMember(UserId user) {
    return key("direct", user.value());
  }

  /// The key that the request had before; null when it had none of its client's.
  static @Nullable String old(UserId sender, RequestName name) {
    return name.given() ? OLD + sender + ":" + name.text() : null;
  }

  private String key(String... parts) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(secret());
      byte[] hash = Arrays.copyOf(mac.doFinal(bytes(parts)), KEPT_BYTES);
      return NEW + Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("HmacSHA256 is in every Java", e);
    }
  }

  private static byte[] bytes(String... parts) {
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      DataOutputStream out = new DataOutputStream(bytes);
      for (String part : parts) {
        ByteBuffer text = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(part));
        out.writeInt(text.remaining());
        out.write(text.array(), text.arrayOffset() + text.position(), text.remaining());
      }
      return bytes.toByteArray();
    } catch (CharacterCodingException e) {
      throw new InvalidIdException("Invalid client message ID"); // half a surrogate pair
    } catch (IOException e) {
      throw new IllegalStateException("writing to memory", e);
    }
  }

  private SecretKeySpec secret() {
    SecretKeySpec known = secret;
    if (known == null) {
      known = new SecretKeySpec(stored(), "HmacSHA256");
      secret = known;
    }
    return known;
  }

  private byte[] stored() {
    Document found = read();
    if (found == null) {
      make();
      found = read();
    }
    if (found == null) {
      throw new IllegalStateException("the secret of request keys vanished");
    }
    return found.get("secret", Binary.class).getData();
  }

  private @Nullable Document read() {
    return database.secrets().find(Filters.eq("_id", SECRET)).first();
  }

  /// The first to come wins.
  private void make() {
    byte[] fresh = new byte[SECRET_BYTES];
    new SecureRandom().nextBytes(fresh);
    try {
      database
          .secrets()
          .updateOne(
              Filters.eq("_id", SECRET),
              Updates.setOnInsert("secret", new Binary(fresh)),
              new UpdateOptions().upsert(true));
    } catch (MongoWriteException e) {
      if (StoreFailure.of(e) != StoreFailure.COLLISION) {
        throw e; // else another node made it at the same moment
      }
    }
  }
}
