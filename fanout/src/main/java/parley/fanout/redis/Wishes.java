package parley.fanout.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// What is wanted of a subscriber's connection, in its order. Added by any thread without blocking,
/// carried out by the commanding one, which joins neighbours into one command.
final class Wishes {

  private static final int CHANNELS_IN_A_COMMAND = 512;

  private enum Verb {
    FOLLOW,
    UNFOLLOW,
    FOLLOW_ALL
  }

  private record Wish(Verb verb, String channel) {}

  private final LinkedBlockingQueue<Wish> waiting = new LinkedBlockingQueue<>();
  private List<Wish> taken = List.of(); // the commanding thread's

  void follow(String channel) {
    waiting.add(new Wish(Verb.FOLLOW, channel));
  }

  void unfollow(String channel) {
    waiting.add(new Wish(Verb.UNFOLLOW, channel));
  }

  /// A connection is new: it follows everything.
  void followAll() {
    waiting.add(new Wish(Verb.FOLLOW_ALL, ""));
  }

  /// Waits for wishes, for so long at most, and takes them.
  void take(long millis) throws InterruptedException {
    taken = new ArrayList<>();
    Wish first = waiting.poll(millis, TimeUnit.MILLISECONDS);
    if (first != null) {
      taken.add(first);
      waiting.drainTo(taken);
    }
  }

  /// Carries out what was taken.
  ///
  /// @param all what there is to follow
  void carryOut(SubscriberSession session, Set<String> all) {
    List<byte[]> run = new ArrayList<>();
    boolean follow = true;
    for (Wish wish : taken) {
      boolean follows = wish.verb != Verb.UNFOLLOW;
      if (follows != follow) {
        send(session, follow, run);
        follow = follows;
      }
      if (wish.verb == Verb.FOLLOW_ALL) {
        all.forEach(channel -> run.add(channel.getBytes(UTF_8)));
      } else {
        run.add(wish.channel.getBytes(UTF_8));
      }
    }
    send(session, follow, run);
  }

  private static void send(SubscriberSession session, boolean follow, List<byte[]> channels) {
    for (int from = 0; from < channels.size(); from += CHANNELS_IN_A_COMMAND) {
      int to = Math.min(from + CHANNELS_IN_A_COMMAND, channels.size());
      byte[][] part = channels.subList(from, to).toArray(byte[][]::new);
      if (follow) {
        session.follow(part);
      } else {
        session.unfollow(part);
      }
    }
    channels.clear();
  }
}
