package parley.edge;

import parley.fanout.BusSubscriber;
import parley.fanout.Topic;
import parley.fanout.TopicListener;

/// A bus on which nothing is ever said.
public class NoBus implements BusSubscriber {
  @Override
  public void follow(Topic topic, TopicListener listener) {}

  @Override
  public void unfollow(Topic topic) {}

  @Override
  public boolean connected() {
    return true;
  }

  @Override
  public void close() {}
}
