package parley.bench.attack;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/// One attack after the other on one edge; a table of what was seen.
public final class AttackRun {

  private static final String HEAD =
      """
      | attack | RSS MiB before, peak, after | healthy p50 | p99 | max ms | said, heard | thrown out | left open | served after |
      |---|---|---:|---:|---:|---|---:|---:|---|
      """;
  private static final long SERVED_MILLIS = 10_000;
  private static final long STEP_MILLIS = 250;

  private final Target target;
  private final long seconds;
  private final Appendable out;

  /// @param seconds how long each attack goes on
  /// @param out for the table, row by row
  AttackRun(Target target, long seconds, Appendable out) {
    this.target = target;
    this.seconds = seconds;
    this.out = out;
  }

  /// Attacks a running edge; blocks for the time of each attack, and half as long again.
  ///
  /// @param host and port of the edge
  /// @param pid its process
  /// @param secret of tokens that it accepts
  /// @param only which attacks
  /// @return whether people were served after each
  public static boolean run(
      java.net.InetSocketAddress address,
      long pid,
      String secret,
      long seconds,
      Predicate<String> only)
      throws IOException, InterruptedException {
    return new AttackRun(new Target(address, pid, secret), seconds, System.out).all(only);
  }

  private boolean all(Predicate<String> only) throws IOException, InterruptedException {
    out.append(HEAD);
    boolean served = true;
    try (Probe probe = new Probe(target)) {
      if (!probe.served(SERVED_MILLIS * 3)) {
        throw new IOException("the edge serves nobody");
      }
      for (Map.Entry<String, Attacks.Attack> attack : Attacks.all().entrySet()) {
        if (only.test(attack.getKey())) {
          served &= one(probe, attack.getKey(), attack.getValue());
        }
      }
    }
    return served;
  }

  private boolean one(Probe probe, String name, Attacks.Attack attack)
      throws IOException, InterruptedException {
    long before = target.residentMiB();
    Probe.Felt unused = probe.felt();
    List<Wire> held = new ArrayList<>();
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    Thread attacker =
        Thread.startVirtualThread(
            () -> {
              try {
                attack.run(target, held, until);
              } catch (IOException | InterruptedException e) {
                // the edge would not bear it
              }
            });
    long peak = before;
    while (attacker.isAlive() || System.nanoTime() - until < 0) {
      peak = Math.max(peak, target.residentMiB());
      Thread.sleep(STEP_MILLIS);
    }
    Probe.Felt felt = probe.felt();
    long open = held.stream().filter(wire -> !wire.ended()).count();
    held.forEach(Wire::close);
    boolean served = probe.served(SERVED_MILLIS);
    out.append(
        String.format(
            Locale.ROOT,
            "| %s | %d, %d, %d | %.1f | %.1f | %.1f | %d, %d | %d | %d of %d | %s |%n",
            name,
            before,
            peak,
            target.residentMiB(),
            felt.percentile(0.5),
            felt.percentile(0.99),
            felt.percentile(1),
            felt.said(),
            felt.millis().length,
            felt.thrownOut(),
            open,
            held.size(),
            served ? "yes" : "NO"));
    return served;
  }
}
