package parley.fanout.redis;

import redis.clients.jedis.BinaryJedisPubSub;

/// SUBSCRIBE, and PING.
final class PlainLink extends BinaryJedisPubSub implements Link {

  private final Ear ear;

  PlainLink(Ear ear) {
    this.ear = ear;
  }

  @Override
  public void follow(byte[][] channels) {
    subscribe(channels);
  }

  @Override
  public void unfollow(byte[][] channels) {
    unsubscribe(channels);
  }

  @Override
  public void proceed(redis.clients.jedis.Connection connection, byte[] control) {
    proceed(connection, new byte[][] {control});
  }

  @Override
  public void onSubscribe(byte[] channel, int count) {
    ear.subscribed(channel);
  }

  @Override
  public void onUnsubscribe(byte[] channel, int count) {
    ear.unsubscribed(channel);
  }

  @Override
  public void onMessage(byte[] channel, byte[] payload) {
    ear.message(channel, payload);
  }

  @Override
  public void onPong(byte[] pattern) {
    ear.sign();
  }
}
