package parley.launcher;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import parley.embedded.redis.EmbeddedRedis;

/// Parley on this machine: the stores that are not given, core, presence, edges, in order, each
/// started again when it dies.
public final class LocalCluster implements AutoCloseable {

  private static final long READY_SECONDS = 60;

  private final Options options;
  private final Map<String, Child> children = new LinkedHashMap<>();
  private final List<AutoCloseable> inThisJvm = new ArrayList<>();

  public LocalCluster(Options options) {
    this.options = options;
  }

  /// Starts everything, waits until the edges are ready, and plants the demo's users and rooms.
  ///
  /// @throws IOException with words for whoever started it
  public void start() throws IOException, InterruptedException {
    prepareFolder();
    checkPorts();
    startStores();
    if (options.oneJvm()) {
      inThisJvm.addAll(OneJvm.start(options));
    } else {
      startServices();
    }
    for (int i = 0; i < options.edges(); i++) {
      awaitReady(options.edgePort(i));
    }
    Seeds.plant(options);
  }

  /// A child process by name: `redis`, `store`, `core`, `core-2`, `presence`, `edge-1` and on.
  public Child child(String name) {
    Child child = children.get(name);
    if (child == null) {
      throw new IllegalArgumentException("no child " + name + " among " + children.keySet());
    }
    return child;
  }

  /// Where an edge is, from 0.
  public String edgeUrl(int index) {
    return "http://127.0.0.1:" + options.edgePort(index);
  }

  /// How it was started.
  public Options options() {
    return options;
  }

  private void prepareFolder() throws IOException {
    if (options.fresh() && Files.exists(options.data())) {
      try (Stream<Path> walk = Files.walk(options.data())) {
        for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
    Files.createDirectories(options.data().resolve("logs"));
    Files.createDirectories(Pids.folder(options));
    Files.createDirectories(options.data().resolve("redis"));
  }

  private void checkPorts() throws IOException {
    Map<String, Integer> ports = new LinkedHashMap<>();
    for (int i = 0; i < options.edges(); i++) {
      ports.put("edge " + (i + 1) + " (--port)", options.edgePort(i));
    }
    for (int i = 0; i < options.cores(); i++) {
      ports.put(Options.node("core", i) + " (--internal-port)", options.corePort(i));
    }
    for (int i = 0; i < options.presences(); i++) {
      ports.put(Options.node("presence", i) + " (--internal-port)", options.presencePort(i));
    }
    if (options.redis().isEmpty()) {
      ports.put("Redis (--internal-port)", options.redisPort());
    }
    if (options.mongodb().isEmpty()) {
      ports.put("the store (--internal-port)", options.storePort());
    }
    for (Map.Entry<String, Integer> port : ports.entrySet()) {
      try (ServerSocket probe =
          new ServerSocket(port.getValue(), 1, InetAddress.getLoopbackAddress())) {
        probe.setReuseAddress(true);
      } catch (IOException e) {
        throw new IOException(
            "port " + port.getValue() + " for " + port.getKey() + " is taken; choose another", e);
      }
    }
  }

  private void startStores() throws IOException, InterruptedException {
    if (options.redis().isEmpty()) {
      Path folder = options.data().resolve("redis").toAbsolutePath();
      child(
          "redis",
          EmbeddedRedis.serverCommand(folder, options.redisPort(), "--save", ""),
          Map.of());
      awaitPort(options.redisPort(), "redis");
    }
    if (options.mongodb().isEmpty() && !options.oneJvm()) {
      child(
          "store",
          storeCommand(
              options.data().resolve("store"), options.storePort(), options.fsync(), options.jvm()),
          Map.of());
    }
  }

  private void startServices() throws IOException {
    for (int i = 0; i < options.cores(); i++) {
      child(
          Options.node("core", i),
          java("512m", options.jvm(), "parley.core.CoreMain"),
          Settings.core(options, i));
    }
    for (int i = 0; i < options.presences(); i++) {
      child(
          Options.node("presence", i),
          java("256m", options.jvm(), "parley.presence.PresenceMain"),
          Settings.presence(options, i));
    }
    for (int i = 0; i < options.edges(); i++) {
      child(
          Options.node("edge", i),
          java("1g", options.jvm(), "parley.edge.EdgeMain"),
          Settings.edge(options, i));
    }
  }

  private void child(String name, List<String> command, Map<String, String> settings)
      throws IOException {
    Child child =
        new Child(
            name,
            command,
            settings,
            options.data().resolve("logs").resolve(name + ".log"),
            Pids.file(options, name));
    children.put(name, child);
    child.start();
  }

  /// Why these: docs/decisions/0009.
  private static final List<String> TUNING =
      List.of("-XX:+UseSerialGC", "-XX:+UseTransparentHugePages", "-XX:+UseCompactObjectHeaders");

  /// Several processes share them: one that does little at a time wakes one thread, not two.
  private static final boolean FEW_CORES = Runtime.getRuntime().availableProcessors() <= 4;

  /// The command line of the embedded store, for those who start processes themselves.
  ///
  /// @param flags more of the JVM's
  public static List<String> storeCommand(
      Path folder, int port, boolean fsync, List<String> flags) {
    return java(
        "512m",
        flags,
        StoreMain.class.getName(),
        folder.toString(),
        Integer.toString(port),
        Boolean.toString(fsync));
  }

  private static List<String> java(
      String heap, List<String> flags, String main, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx" + heap);
    command.addAll(TUNING);
    if (FEW_CORES && !main.endsWith("EdgeMain")) {
      command.add("-Djdk.virtualThreadScheduler.parallelism=1");
    }
    command.addAll(flags);
    command.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            System.getProperty("java.class.path"),
            main));
    command.addAll(List.of(arguments));
    return command;
  }

  private static void awaitPort(int port, String name) throws IOException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (System.nanoTime() < end) {
      try (var socket = new java.net.Socket(InetAddress.getLoopbackAddress(), port)) {
        if (socket.isConnected()) {
          return;
        }
      } catch (IOException e) {
        TimeUnit.MILLISECONDS.sleep(20);
      }
    }
    throw new IOException(name + " did not start; see its log");
  }

  private void awaitReady(int port) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/health/ready"))
            .timeout(Duration.ofSeconds(2))
            .build();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(READY_SECONDS);
    try (HttpClient http = HttpClient.newHttpClient()) {
      while (System.nanoTime() < end) {
        try {
          if (http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200) {
            return;
          }
        } catch (IOException e) {
          // not listening yet
        }
        TimeUnit.MILLISECONDS.sleep(50);
      }
    }
    throw new IOException(
        "the edge on port "
            + port
            + " is not ready after "
            + READY_SECONDS
            + " s; see "
            + options.data().resolve("logs"));
  }

  @Override
  public void close() {
    List<Child> ending = new ArrayList<>(children.values()).reversed();
    ending.forEach(Child::expectEnd);
    List<Thread> threads =
        ending.stream()
            .filter(child -> !child.name().equals("store") && !child.name().equals("redis"))
            .map(child -> Thread.ofVirtual().start(child::close))
            .toList();
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    for (AutoCloseable service : inThisJvm.reversed()) {
      try {
        service.close();
      } catch (Exception e) {
        System.err.println("while stopping: " + e);
      }
    }
    ending.forEach(Child::close);
  }
}
