package parley.fanout.memory;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import parley.fanout.BusPublisher;
import parley.fanout.BusSubscriber;
import parley.fanout.GuardedListener;
import parley.fanout.Topic;
import parley.fanout.TopicListener;

/// One process's bus: a thread delivers to every subscriber made by {@link #subscriber}.
public final class InMemoryBus implements BusPublisher {

  private final List<Subscriber> subscribers = new java.util.concurrent.CopyOnWriteArrayList<>();
  private final ExecutorService deliverer =
      Executors.newSingleThreadExecutor(Thread.ofVirtual().name("bus").factory());

  /// One more follower, as another edge would be.
  public BusSubscriber subscriber() {
    Subscriber subscriber = new Subscriber();
    subscribers.add(subscriber);
    return subscriber;
  }

  @Override
  public boolean publish(Topic topic, byte[] payload) {
    deliverer.execute(() -> new ArrayList<>(subscribers).forEach(s -> s.deliver(topic, payload)));
    return true;
  }

  @Override
  public boolean connected() {
    return true;
  }

  @Override
  public void close() {
    deliverer.shutdownNow();
  }

  private final class Subscriber implements BusSubscriber {

    private final Map<Topic, TopicListener> listeners = new ConcurrentHashMap<>();
    private long epoch;

    @Override
    public void follow(Topic topic, TopicListener listener) {
      TopicListener guarded = new GuardedListener(topic.channel(), listener);
      deliverer.execute(
          () -> {
            listeners.put(topic, guarded);
            guarded.begun(++epoch);
          });
    }

    @Override
    public void unfollow(Topic topic) {
      listeners.remove(topic);
    }

    @Override
    public boolean connected() {
      return true;
    }

    @Override
    public void close() {
      listeners.clear();
      subscribers.remove(this);
    }

    private void deliver(Topic topic, byte[] payload) {
      TopicListener listener = listeners.get(topic);
      if (listener != null) {
        listener.event(payload);
      }
    }
  }
}
