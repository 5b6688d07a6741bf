package parley.system;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/// Many users with a bare connection each, who come back to another edge as soon as they lose it,
/// as clients behind a balancer do.
public final class Crowd implements AutoCloseable {

  /// One of them.
  final class Person {
    final String user;
    volatile int connects;
    volatile long longestAbsenceMillis;
    private volatile long lostAt;
    private volatile RawSocket socket;

    private Person(String user) {
      this.user = user;
    }

    private void live(int edge) {
      for (int at = edge; !over; at = 1 - at) {
        try {
          socket = RawSocket.open(parley.url(at), this::heard, "");
          socket.send("40{\"token\":\"" + parley.token(user) + "\"}");
          socket.awaitEnd();
          lostAt = lostAt == 0 && connects > 0 ? System.nanoTime() : lostAt;
        } catch (RawSocket.RefusedException | UncheckedIOException e) {
          pause();
        } catch (InterruptedException e) {
          return;
        }
      }
    }

    private void heard(RawSocket raw, String text) {
      if (text.equals("2")) {
        raw.send("3");
      } else if (text.startsWith("42[\"connected\"")) {
        if (lostAt != 0) {
          longestAbsenceMillis =
              Math.max(
                  longestAbsenceMillis, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - lostAt));
          lostAt = 0;
        }
        connects++; // by the one thread that reads
      }
    }
  }

  final List<Person> people = new ArrayList<>();
  private final Parley parley;
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean over;

  public Crowd(Parley parley) {
    this.parley = parley;
  }

  /// Lets a user connect to an edge.
  public void add(String user, int edge) {
    Person person = new Person(user);
    people.add(person);
    threads.add(Thread.ofVirtual().start(() -> person.live(edge)));
  }

  /// Was each of them connected so often?
  public boolean allConnected(int times) {
    return people.stream().allMatch(person -> person.connects >= times);
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(ThreadLocalRandom.current().nextInt(20, 100));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    over = true;
    threads.forEach(Thread::interrupt);
    for (Person person : people) {
      RawSocket known = person.socket;
      if (known != null) {
        known.close();
      }
    }
  }
}
