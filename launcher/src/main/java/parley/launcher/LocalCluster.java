package parley.launcher;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import parley.embedded.redis.EmbeddedRedis;
import parley.process.Backoff;
import parley.process.Service;
import parley.process.WrongSettingException;

/// Parley on this machine: the stores that are not given, core, presence, edges, in order, each
/// started again when it dies, unless its settings are wrong: before everything is ready the start
/// fails then, later a line on standard error says so.
public final class LocalCluster implements Service, Child.Owner {

  private static final long READY_SECONDS = 60;

  private final Options options;
  private final Map<String, Child> children = new LinkedHashMap<>();
  private final List<Service> inThisJvm = new ArrayList<>();
  private volatile boolean ready;
  private volatile @Nullable IOException refused;
  private @Nullable DataFolder folder;

  public LocalCluster(Options options) {
    this.options = options;
  }

  /// Starts everything, waits until the edges are ready, and plants the demo's users and rooms.
  ///
  /// @throws IOException with words for whoever started it; a {@link WrongSettingException} when a
  ///     service would not start with its settings
  @Override
  public void start() throws IOException, InterruptedException {
    options.check();
    checkPorts(); // first: what cannot start must not have removed anything
    folder = DataFolder.open(options);
    startStores();
    if (options.oneJvm()) {
      startInThisJvm();
    } else {
      startServices();
    }
    for (int i = 0; i < options.edges(); i++) {
      awaitReady(options.ports().edge(i));
    }
    Seeds.plant(options);
    ready = true;
    failIfRefused();
  }

  private void startInThisJvm() throws IOException, InterruptedException {
    try {
      OneJvm.start(options, inThisJvm);
    } catch (IllegalArgumentException e) {
      throw new WrongSettingException(Objects.requireNonNullElse(e.getMessage(), e.toString()));
    }
  }

  /// False when a service in this JVM ended by itself. Children are started again.
  @Override
  public boolean serves() {
    return inThisJvm.stream().allMatch(Service::serves);
  }

  @Override
  public boolean isStarting() {
    return !ready;
  }

  @Override
  public void givenUp(String words, boolean wrongSetting) {
    refused = wrongSetting ? new WrongSettingException(words) : new IOException(words);
    if (ready) {
      System.err.println(words);
    }
  }

  private void failIfRefused() throws IOException {
    IOException known = refused;
    if (known != null) {
      throw known;
    }
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
    return "http://127.0.0.1:" + options.ports().edge(index);
  }

  /// How it was started.
  public Options options() {
    return options;
  }

  private void checkPorts() throws IOException {
    Map<String, Integer> ports = options.ports().byOwner();
    if (!options.redis().isEmpty()) {
      ports.values().remove(options.ports().redis());
    }
    if (!options.mongodb().isEmpty()) {
      ports.values().remove(options.ports().store());
    }
    for (Map.Entry<String, Integer> port : ports.entrySet()) {
      try {
        new ServerSocket(port.getValue(), 1, InetAddress.getLoopbackAddress()).close();
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
          EmbeddedRedis.serverCommand(folder, options.ports().redis(), "--save", ""),
          Map.of());
      awaitPort(options.ports().redis(), "redis");
    }
    if (options.mongodb().isEmpty() && !options.oneJvm()) {
      child(
          "store",
          JavaCommand.store(
              options.data().resolve("store"),
              options.ports().store(),
              options.fsync(),
              options.jvm()),
          Map.of());
    }
  }

  private void startServices() throws IOException {
    for (int i = 0; i < options.cores(); i++) {
      child(
          Options.node("core", i),
          JavaCommand.of("512m", options.jvm(), "parley.core.CoreMain"),
          Environments.core(options, i));
    }
    for (int i = 0; i < options.presences(); i++) {
      child(
          Options.node("presence", i),
          JavaCommand.of("256m", options.jvm(), "parley.presence.PresenceMain"),
          Environments.presence(options, i));
    }
    for (int i = 0; i < options.edges(); i++) {
      child(
          Options.node("edge", i),
          JavaCommand.of("1g", options.jvm(), "parley.edge.EdgeMain"),
          Environments.edge(options, i));
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
            Pids.file(options, name),
            this);
    children.put(name, child);
    child.start();
  }

  private void awaitPort(int port, String name) throws IOException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    Backoff backoff = waiting();
    while (System.nanoTime() < end) {
      failIfRefused();
      try (var socket = new java.net.Socket(InetAddress.getLoopbackAddress(), port)) {
        if (socket.isConnected()) {
          return;
        }
      } catch (IOException e) {
        TimeUnit.MILLISECONDS.sleep(backoff.next().toMillis());
      }
    }
    throw new IOException(name + " did not start; see its log");
  }

  /// Short: somebody sits there.
  private static Backoff waiting() {
    return new Backoff(Duration.ofMillis(20), Duration.ofMillis(200));
  }

  private void awaitReady(int port) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/health/ready?strict=true"))
            .timeout(Duration.ofSeconds(2))
            .build();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(READY_SECONDS);
    Backoff backoff = waiting();
    try (HttpClient http = HttpClient.newHttpClient()) {
      while (System.nanoTime() < end) {
        failIfRefused();
        try {
          if (http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200) {
            return;
          }
        } catch (IOException e) {
          // not listening yet
        }
        TimeUnit.MILLISECONDS.sleep(backoff.next().toMillis());
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
    for (Service service : inThisJvm.reversed()) {
      try {
        service.close();
      } catch (RuntimeException e) {
        System.err.println("while stopping: " + e);
      }
    }
    ending.forEach(Child::close);
    DataFolder taken = folder;
    if (taken != null) {
      taken.close();
    }
  }
}
