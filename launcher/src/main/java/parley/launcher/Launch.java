package parley.launcher;

import java.io.IOException;
import parley.process.Service;

/// What `./parley` runs: a {@link LocalCluster}, and the words about it on standard output.
final class Launch implements Service {

  private final Options options;
  private final LocalCluster cluster;

  Launch(Options options) {
    this.options = options;
    this.cluster = new LocalCluster(options);
  }

  /// @throws IOException with words; nothing of it runs then
  @Override
  public void start() throws IOException, InterruptedException {
    System.out.println("Starting Parley ...");
    try {
      cluster.start();
    } catch (IOException | RuntimeException e) {
      cluster.close();
      throw e;
    }
    System.out.println("Parley is ready. Open these in two tabs and sign in as two users:");
    for (int i = 0; i < options.edges(); i++) {
      System.out.println("  edge " + (i + 1) + "    " + cluster.edgeUrl(i));
    }
    System.out.println("Internal API (gRPC)   127.0.0.1:" + options.ports().core(0));
    System.out.println("Users                 " + String.join(", ", Seeds.USERS));
    System.out.println("Logs                  " + options.data().resolve("logs"));
    if (AotCache.ofThisBuild().filter(cache -> !cache.exists()).isPresent() && !options.oneJvm()) {
      System.out.println("To start in half the time: ./parley warm, once for this build.");
    }
    System.out.println("Ctrl-C ends all of it.");
  }

  @Override
  public boolean serves() {
    return cluster.serves();
  }

  @Override
  public void close() {
    cluster.close();
  }
}
