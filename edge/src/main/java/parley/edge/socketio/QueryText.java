package parley.edge.socketio;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;

/// The query behind a namespace, as version 3's clients give it in place of an auth payload.
final class QueryText {

  private QueryText() {}

  /// Its parameters as an object of texts; what is malformed is left out.
  static ObjectNode parse(String query) {
    ObjectNode auth = JsonNodeFactory.instance.objectNode();
    for (String pair : query.split("&", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        try {
          auth.put(decoded(pair.substring(0, equals)), decoded(pair.substring(equals + 1)));
        } catch (IllegalArgumentException malformed) {
          // not worth a connection
        }
      }
    }
    return auth;
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }
}
