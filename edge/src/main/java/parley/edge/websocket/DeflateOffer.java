package parley.edge.websocket;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Negotiates permessage-deflate, RFC 7692 section 7.1. What is agreed on keeps no context between
/// messages in either direction: a message for many is compressed once for all of them, and an idle
/// connection costs no window.
final class DeflateOffer {

  private static final String NAME = "permessage-deflate";
  private static final String AGREED =
      NAME + "; server_no_context_takeover; client_no_context_takeover";

  private DeflateOffer() {}

  /// The answer to the first offer that can be met.
  ///
  /// @param header what the client offers: extensions, comma-separated
  /// @return the value of the response header; null when there is no such offer
  static @Nullable String accept(String header) {
    for (String offer : header.split(",", -1)) {
      String[] parts = offer.split(";", -1);
      if (parts[0].trim().equals(NAME)) {
        String answer = answer(parts);
        if (answer != null) {
          return answer;
        }
      }
    }
    return null;
  }

  /// An unknown, repeated or malformed parameter declines the offer, as section 7.1 wants.
  private static @Nullable String answer(String[] parts) {
    Set<String> seen = new HashSet<>();
    boolean window = false;
    for (int i = 1; i < parts.length; i++) {
      int equals = parts[i].indexOf('=');
      String name = (equals < 0 ? parts[i] : parts[i].substring(0, equals)).trim();
      String value = equals < 0 ? null : unquoted(parts[i].substring(equals + 1).trim());
      boolean good =
          switch (name) {
            case "server_no_context_takeover", "client_no_context_takeover" -> value == null;
            case "client_max_window_bits" -> value == null || isWindow(value);
            // The JDK's compressor has the largest window only.
            case "server_max_window_bits" -> "15".equals(value);
            default -> false;
          };
      if (!good || !seen.add(name)) {
        return null;
      }
      window |= name.equals("server_max_window_bits");
    }
    return window ? AGREED + "; server_max_window_bits=15" : AGREED;
  }

  private static String unquoted(String value) {
    boolean quoted = value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"");
    return quoted ? value.substring(1, value.length() - 1) : value;
  }

  /// 8 to 15, without leading zeros.
  private static boolean isWindow(String value) {
    return value.matches("[89]|1[0-5]");
  }
}
