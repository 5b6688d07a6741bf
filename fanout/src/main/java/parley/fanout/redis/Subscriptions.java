package parley.fanout.redis;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import parley.fanout.GuardedListener;

/// The channels that a subscriber follows, and which of them it is listening to. Followers change
/// it by any thread; what the connection says of a channel comes by the reading thread alone, which
/// tells the listeners.
final class Subscriptions {

  private static final class Followed {
    final GuardedListener listener;
    volatile boolean listening; // written by the reading thread
    volatile boolean moved; // the same, but for the first value

    Followed(GuardedListener listener, boolean moved) {
      this.listener = listener;
      this.moved = moved;
    }
  }

  private final Map<String, Followed> followed = new ConcurrentHashMap<>();
  private final AtomicLong epochs;

  /// @param epochs where the next epoch's number comes from
  Subscriptions(AtomicLong epochs) {
    this.epochs = epochs;
  }

  /// Has a listener hear of a channel, in place of another one.
  ///
  /// @param moved it heard the channel elsewhere until now, and is still to be told that this ended
  void follow(String channel, GuardedListener listener, boolean moved) {
    followed.put(channel, new Followed(listener, moved));
  }

  /// @return was it listened to?
  boolean unfollow(String channel) {
    Followed known = followed.remove(channel);
    return known != null && known.listening;
  }

  /// All that are followed.
  Set<String> channels() {
    return followed.keySet();
  }

  /// Redis has confirmed the subscription.
  void subscribed(String channel) {
    Followed one = followed.get(channel);
    if (one != null && !one.listening) {
      tellBroken(one);
      one.listening = true;
      one.listener.begun(epochs.incrementAndGet());
    }
  }

  /// Redis has ended the subscription.
  ///
  /// @return true when the channel is followed: anew meanwhile, or nobody had asked for the end
  boolean unsubscribed(String channel) {
    Followed one = followed.get(channel);
    if (one == null || !one.listening) {
      return false;
    }
    tellBroken(one);
    return true;
  }

  void message(String channel, byte[] payload) {
    Followed one = followed.get(channel);
    if (one != null) {
      one.listener.event(payload);
    }
  }

  /// The connection is gone.
  void broken() {
    for (Followed one : followed.values()) {
      tellBroken(one);
    }
  }

  private static void tellBroken(Followed one) {
    if (one.listening || one.moved) {
      one.listening = false;
      one.moved = false;
      one.listener.broken();
    }
  }
}
