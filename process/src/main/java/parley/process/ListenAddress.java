package parley.process;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/// Where a service listens.
///
/// @param host name or address of an interface
/// @param port 0 = any that is free
public record ListenAddress(String host, int port) {

  /// The settings `PREFIX_HOST` and `PREFIX_PORT`.
  public static ListenAddress from(Settings settings, String prefix, String host, int port) {
    return new ListenAddress(
        settings.text(prefix + "_HOST", host), settings.number(prefix + "_PORT", port, 0, 65_535));
  }

  /// The same for a server that keeps the reason to itself: tries to listen there.
  public IOException refused() {
    try (ServerSocket probe = new ServerSocket()) {
      probe.bind(new InetSocketAddress(host, port));
      return refused(new IOException("the server did not start"));
    } catch (IOException e) {
      return refused(e);
    }
  }

  /// In words for whoever started the process.
  ///
  /// @param e what came of trying to listen there
  public IOException refused(Throwable e) {
    Throwable cause = e;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return new IOException(
        "cannot listen on " + host + ", port " + port + ": " + cause.getMessage(), e);
  }
}
