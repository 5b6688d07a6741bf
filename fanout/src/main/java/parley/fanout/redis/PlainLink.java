package parley.fanout.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import redis.clients.jedis.BinaryJedisPubSub;
import redis.clients.jedis.Connection;

/// SUBSCRIBE, and PING. A second connection asks whether that Redis is the master still: a replica
/// goes on answering pings, and hears only what its master hands on.
final class PlainLink extends BinaryJedisPubSub implements Link {

  /// Keeps the subscription from ending when nothing is followed. Nothing is published there.
  static final byte[] CONTROL = "parley:control".getBytes(UTF_8);

  private final Ear ear;
  private final Connection probe;

  PlainLink(Ear ear, Connection probe) {
    this.ear = ear;
    this.probe = probe;
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
  public void proceed(Connection connection, byte[] control) {
    proceed(connection, new byte[][] {control});
  }

  @Override
  public void askForSign() {
    ping();
    MasterProbe.ask(probe);
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

  @Override
  public void close() {
    probe.close();
  }
}
