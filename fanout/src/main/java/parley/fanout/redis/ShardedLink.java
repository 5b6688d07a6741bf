package parley.fanout.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import redis.clients.jedis.BinaryJedisShardedPubSub;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.util.JedisClusterCRC16;

/// SSUBSCRIBE to one master of a cluster; channels of one command share a slot. The sign of life is
/// a publication of our own on the control channel: it proves that what is published there arrives.
final class ShardedLink extends BinaryJedisShardedPubSub implements Link {

  private static final byte[] BEAT = {};

  private final Ear ear;
  private final byte[] control;
  private final Connection beats;

  /// @param control a channel whose slot the master has
  /// @param beats a connection of its own, for publishing
  ShardedLink(Ear ear, byte[] control, Connection beats) {
    this.ear = ear;
    this.control = control;
    this.beats = beats;
  }

  @Override
  public void follow(byte[][] channels) {
    bySlot(channels).values().forEach(this::ssubscribe);
  }

  @Override
  public void unfollow(byte[][] channels) {
    bySlot(channels).values().forEach(this::sunsubscribe);
  }

  private static Map<Integer, byte[][]> bySlot(byte[][] channels) {
    Map<Integer, List<byte[]>> slots = new TreeMap<>();
    for (byte[] channel : channels) {
      slots
          .computeIfAbsent(JedisClusterCRC16.getSlot(channel), slot -> new ArrayList<>())
          .add(channel);
    }
    Map<Integer, byte[][]> arrays = new TreeMap<>();
    slots.forEach((slot, list) -> arrays.put(slot, list.toArray(byte[][]::new)));
    return arrays;
  }

  @Override
  public void proceed(Connection connection, byte[] first) {
    proceed(connection, new byte[][] {first});
  }

  @Override
  public void askForSign() {
    beats.sendCommand(Command.SPUBLISH, control, BEAT);
    var unused = beats.getOne();
  }

  @Override
  public void onSSubscribe(byte[] channel, int count) {
    ear.subscribed(channel);
  }

  @Override
  public void onSUnsubscribe(byte[] channel, int count) {
    ear.unsubscribed(channel);
  }

  @Override
  public void onSMessage(byte[] channel, byte[] payload) {
    ear.message(channel, payload);
  }

  @Override
  public void close() {
    beats.close();
  }
}
