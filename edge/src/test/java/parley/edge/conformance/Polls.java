package parley.edge.conformance;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Bare HTTP requests to one path, as a polling client makes them.
final class Polls {

  static final String SEPARATOR = "\u001e";
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private static final Pattern SID = Pattern.compile("\"sid\":\"([^\"]+)\"");

  private final String url;
  private final String version;

  Polls(ProtocolServer server, String path) {
    this(server, path, "4");
  }

  Polls(ProtocolServer server, String path, String version) {
    this.url = server.url() + path;
    this.version = version;
  }

  /// Opens a session.
  String open() {
    HttpResponse<String> response = get("");
    Matcher sid = SID.matcher(response.body());
    if (!sid.find()) {
      throw new AssertionError(response.statusCode() + " " + response.body());
    }
    return sid.group(1);
  }

  /// A GET on polling, with more parameters.
  HttpResponse<String> get(String more, String... headers) {
    return send("GET", polling(more), BodyPublishers.noBody(), headers).join();
  }

  CompletableFuture<HttpResponse<String>> poll(String sid, String... headers) {
    return send("GET", polling("&sid=" + sid), BodyPublishers.noBody(), headers);
  }

  /// The packets of one poll.
  String packets(String sid) {
    HttpResponse<String> response = poll(sid).join();
    if (response.statusCode() != 200) {
      throw new AssertionError(response.statusCode() + " " + response.body());
    }
    return response.body();
  }

  /// The answer to a poll that was waiting when `then` happened, on a session of its own. Whether
  /// it was cannot be seen from outside: a poll that came too late is refused, and all is done
  /// anew.
  String answerToWaiting(Then then) throws Exception {
    for (int i = 0; i < 20; i++) {
      String sid = open();
      CompletableFuture<HttpResponse<String>> poll = poll(sid);
      try {
        poll.get(20L * (i + 1), TimeUnit.MILLISECONDS);
      } catch (TimeoutException waits) {
        then.happens(sid);
      }
      if (poll.join().statusCode() == 200) {
        return poll.join().body();
      }
    }
    throw new AssertionError("no poll came in time");
  }

  /// Something that ends a poll.
  interface Then {
    void happens(String sid) throws Exception;
  }

  CompletableFuture<HttpResponse<String>> post(String sid, String body, String... headers) {
    return send("POST", polling("&sid=" + sid), BodyPublishers.ofString(body), headers);
  }

  String polling(String more) {
    return "?EIO=" + version + "&transport=polling" + more;
  }

  CompletableFuture<HttpResponse<String>> send(
      String method, String query, BodyPublisher body, String... headers) {
    return HTTP.sendAsync(
        request(method, query, body, headers), BodyHandlers.ofString(StandardCharsets.UTF_8));
  }

  HttpResponse<byte[]> bytes(String method, String query, BodyPublisher body, String... headers) {
    return HTTP.sendAsync(request(method, query, body, headers), BodyHandlers.ofByteArray()).join();
  }

  private HttpRequest request(String method, String query, BodyPublisher body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url + query))
            .timeout(Duration.ofSeconds(20))
            .method(method, body);
    if (headers.length > 0) {
      request.headers(headers);
    }
    return request.build();
  }
}
