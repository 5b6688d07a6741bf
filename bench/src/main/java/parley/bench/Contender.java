package parley.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/// A chat server that can be measured.
sealed interface Contender permits ParleyContender, SocketIoContender {

  /// Contenders take ports from here to 200 above; another one lets two benches run side by side.
  int FIRST_PORT = Integer.getInteger("parley.bench.port", 23_301);

  /// It runs, with stores of its own, until it is closed.
  interface Running extends AutoCloseable {

    /// Where clients connect, for the generator.
    String targets();

    /// Process ids by name. Those of chat servers, which hold connections, begin with `edge`.
    Map<String, Long> processes() throws IOException;

    @Override
    void close();
  }

  /// What it is called in results.
  String name();

  /// Starts it anew, on empty stores; blocks until clients can connect.
  ///
  /// @param folder for its data and logs
  /// @param everybody tell everybody, not friends and rooms, who comes and goes
  /// @throws IOException when it does not come up
  Running start(Path folder, boolean everybody) throws IOException, InterruptedException;
}
