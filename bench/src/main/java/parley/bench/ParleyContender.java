package parley.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import parley.launcher.LocalCluster;
import parley.launcher.Options;

/// Parley, started as `./parley` does, with what it promises switched on: every message is durable
/// before it is acknowledged, recovery and limits are on (limits raised beyond the load).
///
/// @param edges nodes that hold connections
/// @param settings more of them, `A=1;B=2`; empty = none
record ParleyContender(String name, int edges, String settings) implements Contender {

  private static final int PORT = Contender.FIRST_PORT;
  private static final String RAISED =
      "SOCKET_RATE_LIMIT_MESSAGES=100000000;SOCKET_RATE_LIMIT_OTHERS=100000000";

  @Override
  public Running start(Path folder, boolean everybody) throws IOException, InterruptedException {
    String audience = everybody ? ";PRESENCE_AUDIENCE=all" : "";
    Options options =
        Options.defaults()
            .with("--data", folder.toString())
            .with("--fresh", "on")
            .with("--open", "on")
            .with("--jwt-secret", Generator.SECRET)
            .with("--edges", Integer.toString(edges))
            .with("--port", Integer.toString(PORT))
            .with("--internal-port", Integer.toString(PORT + 20))
            .with("--set", RAISED + audience + ";" + settings);
    LocalCluster cluster = new LocalCluster(options);
    try {
      cluster.start();
    } catch (IOException e) {
      cluster.close();
      throw e;
    }
    return new Started(cluster);
  }

  private record Started(LocalCluster cluster) implements Running {

    @Override
    public String targets() {
      List<String> targets = new ArrayList<>();
      for (int i = 0; i < cluster.options().edges(); i++) {
        targets.add("127.0.0.1:" + cluster.options().ports().edge(i));
      }
      return String.join(",", targets);
    }

    @Override
    public Map<String, Long> processes() throws IOException {
      Map<String, Long> pids = new LinkedHashMap<>();
      try (var files = Files.list(cluster.options().data().resolve("run"))) {
        for (Path file : files.sorted().toList()) {
          String name = file.getFileName().toString().replace(".pid", "");
          pids.put(name, Long.parseLong(Files.readString(file).strip()));
        }
      }
      return pids;
    }

    @Override
    public void close() {
      cluster.close();
    }
  }
}
