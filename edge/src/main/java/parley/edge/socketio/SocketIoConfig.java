package parley.edge.socketio;

import java.time.Duration;
import java.util.Set;

/// Socket.IO's settings.
///
/// @param namespaces that can be joined, each with a leading slash
/// @param connectTimeout for a client to join the first one
/// @param maxAttachments binary attachments of one event
public record SocketIoConfig(Set<String> namespaces, Duration connectTimeout, int maxAttachments) {

  /// The namespace of clients that name none.
  public static final String MAIN = "/";

  public SocketIoConfig {
    namespaces = Set.copyOf(namespaces);
  }
}
