package parley.fanout.redis;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import parley.fanout.GuardedListener;
import parley.fanout.TopicListener;

/// The channels that a subscriber follows, and which of them it is listening to. Followers change
/// it by any thread; what the connection says of a channel comes by the reading thread alone, which
/// tells the listeners.
final class Subscriptions {

  private static final class Followed {
    final TopicListener listener;
    volatile boolean listening; // written by the reading thread

    Followed(TopicListener listener) {
      this.listener = listener;
    }
  }

  private final Map<String, Followed> followed = new ConcurrentHashMap<>();
  private final AtomicLong epochs;

  /// @param epochs where the next epoch's number comes from
  Subscriptions(AtomicLong epochs) {
    this.epochs = epochs;
  }

  /// Has a listener hear of a channel, in place of another one.
  void follow(String channel, TopicListener listener) {
    followed.put(channel, new Followed(new GuardedListener(channel, listener)));
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
    one.listening = false;
    one.listener.broken();
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
      if (one.listening) {
        one.listening = false;
        one.listener.broken();
      }
    }
  }
}
