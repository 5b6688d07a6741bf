package parley.edge.auth;

import io.helidon.security.jwt.JwtException;
import io.helidon.security.jwt.jwk.Jwk;
import io.helidon.security.jwt.jwk.JwkEC;
import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.interfaces.ECPublicKey;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// The keys of a JWKS address: fetched on first use, again every ten minutes, and when a token
/// names a key that is not among them (rotation), at most every 10 s. The last good set stays in
/// use while the address does not answer. Blocks while fetching, 5 s at most; safe for any thread.
final class PublishedKeys {

  private static final System.Logger LOG = System.getLogger(PublishedKeys.class.getName());
  private static final long STALE_NANOS = TimeUnit.MINUTES.toNanos(10);
  private static final int ES256_BITS = 256;
  private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final URI address;
  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(3)).build();
  private final AtomicReference<@Nullable CompletableFuture<Void>> fetching =
      new AtomicReference<>();
  private volatile List<Jwk> keys = List.of();
  private volatile long fetchedAt;
  private volatile boolean fetched;

  PublishedKeys(String address) {
    this.address = URI.create(address);
  }

  /// Keys that may have signed by this algorithm: the one named, or all when none is named.
  List<Jwk> candidates(String keyId, String algorithm) {
    if (!fetched || System.nanoTime() - fetchedAt > STALE_NANOS) {
      fetch();
    }
    List<Jwk> found = among(keyId, algorithm);
    if (found.isEmpty() && System.nanoTime() - fetchedAt > PAUSE_NANOS) {
      fetch();
      found = among(keyId, algorithm);
    }
    return found;
  }

  private List<Jwk> among(String keyId, String algorithm) {
    return keys.stream()
        .filter(key -> key.algorithm().equals(algorithm) && fits(key))
        .filter(key -> keyId.isEmpty() || keyId.equals(key.keyId()))
        .toList();
  }

  /// ES256 is of the curve P-256 alone, RFC 7518 section 3.4.
  private static boolean fits(Jwk key) {
    return !(key instanceof JwkEC ec)
        || ec.publicKey() instanceof ECPublicKey known
            && known.getParams().getCurve().getField().getFieldSize() == ES256_BITS;
  }

  /// One thread fetches at a time; who comes meanwhile waits for it, without a lock.
  private void fetch() {
    long before = fetchedAt;
    CompletableFuture<Void> own = new CompletableFuture<>();
    CompletableFuture<Void> others = fetching.compareAndExchange(null, own);
    if (others != null) {
      others.join();
      return;
    }
    try {
      if (fetched && fetchedAt != before) {
        return; // somebody else just did
      }
      keys = download();
      LOG.log(System.Logger.Level.INFO, "{0} keys from {1}", keys.size(), address);
    } catch (IOException | RuntimeException e) {
      LOG.log(System.Logger.Level.WARNING, "no keys from {0}: {1}", address, e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      fetchedAt = System.nanoTime();
      fetched = true;
      fetching.set(null);
      own.complete(null);
    }
  }

  private List<Jwk> download() throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(address).timeout(Duration.ofSeconds(5)).GET().build();
    HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() != 200) {
      throw new IOException("status " + response.statusCode());
    }
    try (JsonReader reader = Json.createReader(new StringReader(response.body()))) {
      JsonObject set = reader.readObject();
      if (!(set.get("keys") instanceof JsonArray published)) {
        throw new IOException("no array of keys");
      }
      return published.stream().flatMap(key -> parse(key).stream()).toList();
    }
  }

  /// A key that cannot be read does not spoil the others. Keys may come without an id, which the
  /// library wants.
  private static Optional<Jwk> parse(JsonValue value) {
    try {
      JsonObject key = value.asJsonObject();
      return Optional.of(
          Jwk.create(
              key.containsKey("kid") ? key : Json.createObjectBuilder(key).add("kid", "").build()));
    } catch (JwtException | JsonException | ClassCastException | IllegalArgumentException e) {
      LOG.log(System.Logger.Level.WARNING, "a published key cannot be read: {0}", e.getMessage());
      return Optional.empty();
    }
  }
}
