package parley.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import parley.embedded.redis.EmbeddedRedis;
import parley.launcher.JavaCommand;

/// An ordinary chat backend on Node and socket.io with its Redis adapter, every message inserted
/// before it is told, on the same stores as Parley: `bench/rival`.
///
/// @param nodes how many
record SocketIoContender(String name, int nodes) implements Contender {

  private static final int PORT = Contender.FIRST_PORT + 100;
  private static final int REDIS_PORT = PORT + 20;
  private static final int STORE_PORT = PORT + 21;
  private static final String MONGODB = "mongodb://127.0.0.1:" + STORE_PORT + "/bench";

  /// Rooms as the generator fills them: prefix, rooms, members of each, connections.
  private static final List<String> ROOMS =
      List.of("room:100:10:1000", "big:1:1000:1000", "slow:1:100:100");

  /// Installs what it needs below `target`, once.
  ///
  /// @return false when that cannot be had
  static boolean install() throws IOException, InterruptedException {
    Path home = Path.of("bench/target/rival");
    if (Files.isDirectory(home.resolve("node_modules"))) {
      return true;
    }
    Files.createDirectories(home);
    for (String file : List.of("server.js", "seed.js", "package.json")) {
      Files.copy(
          Path.of("bench/rival", file),
          home.resolve(file),
          java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }
    try {
      return new ProcessBuilder("npm", "install", "--no-audit", "--no-fund", "--no-package-lock")
              .directory(home.toFile())
              .redirectErrorStream(true)
              .redirectOutput(home.resolve("npm.log").toFile())
              .start()
              .waitFor()
          == 0;
    } catch (IOException noNpm) {
      return false;
    }
  }

  @Override
  public Running start(Path folder, boolean everybody) throws IOException, InterruptedException {
    Started started = new Started(nodes, new LinkedHashMap<>());
    try {
      Path redis = folder.resolve("redis").toAbsolutePath();
      Path store = folder.resolve("store").toAbsolutePath();
      Files.createDirectories(redis);
      Files.createDirectories(store);
      started.run(
          "redis",
          folder,
          Map.of(),
          EmbeddedRedis.serverCommand(redis, REDIS_PORT, "--save", ""),
          REDIS_PORT);
      started.run(
          "store",
          folder,
          Map.of(),
          JavaCommand.store(store, STORE_PORT, false, List.of()),
          STORE_PORT);
      seed(folder);
      for (int i = 0; i < nodes; i++) {
        int port = PORT + i;
        Map<String, String> settings =
            Map.of(
                "NODE_ENV",
                "production",
                "PORT",
                Integer.toString(port),
                "STORE",
                "mongo",
                "MONGO_URL",
                MONGODB,
                "REDIS_URL",
                "redis://127.0.0.1:" + REDIS_PORT,
                "PRESENCE",
                everybody ? "all" : "off");
        started.run(
            "edge-" + (i + 1),
            folder,
            settings,
            List.of("node", "bench/target/rival/server.js"),
            port);
      }
      return started;
    } catch (IOException e) {
      started.close();
      throw e;
    }
  }

  private static void seed(Path folder) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("node", "bench/target/rival/seed.js", MONGODB));
    command.addAll(ROOMS);
    int status =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("seed.log").toFile())
            .start()
            .waitFor();
    if (status != 0) {
      throw new IOException("the rival's rooms could not be made; see " + folder);
    }
  }

  private record Started(int nodes, Map<String, Process> children) implements Running {

    void run(String name, Path folder, Map<String, String> settings, List<String> command, int port)
        throws IOException, InterruptedException {
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve(name + ".log").toFile());
      builder.environment().putAll(settings);
      Process process = builder.start();
      children.put(name, process);
      Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
      awaitPort(name, process, port);
    }

    private static void awaitPort(String name, Process process, int port)
        throws IOException, InterruptedException {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
      while (process.isAlive() && System.nanoTime() < end) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
          if (socket.isConnected()) {
            return;
          }
        } catch (IOException notYet) {
          TimeUnit.MILLISECONDS.sleep(50);
        }
      }
      throw new IOException("the rival's " + name + " did not start");
    }

    @Override
    public String targets() {
      List<String> targets = new ArrayList<>();
      for (int i = 0; i < nodes; i++) {
        targets.add("127.0.0.1:" + (PORT + i));
      }
      return String.join(",", targets);
    }

    @Override
    public Map<String, Long> processes() {
      Map<String, Long> pids = new LinkedHashMap<>();
      children.forEach((name, process) -> pids.put(name, process.pid()));
      return pids;
    }

    @Override
    public void close() {
      for (Process process : List.copyOf(children.values()).reversed()) {
        process.destroy();
        try {
          if (!process.waitFor(5, TimeUnit.SECONDS)) {
            process.destroyForcibly();
          }
        } catch (InterruptedException e) {
          process.destroyForcibly();
          Thread.currentThread().interrupt();
        }
      }
    }
  }
}
