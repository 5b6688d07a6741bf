package parley.edge.room;

import java.util.ArrayList;
import java.util.List;
import parley.contract.UserId;
import parley.edge.engineio.Packet;
import parley.proto.chat.RoomEvent;

/// Someone on the way into a room, or in it, who writes down what happens to them.
class Listener implements Occupant, Joining {

  final String name;
  final long since;
  final List<Long> heard = new ArrayList<>();
  final List<String> answers = new ArrayList<>();
  long permitted;
  boolean dropped;
  boolean over;

  Listener(String name) {
    this(name, FROM_NOW, 0);
  }

  Listener(String name, long since, long permitted) {
    this.name = name;
    this.since = since;
    this.permitted = permitted;
  }

  @Override
  public UserId userId() {
    return new UserId(name);
  }

  @Override
  public String id() {
    return "connection-of-" + name;
  }

  @Override
  public boolean send(Packet packet) {
    heard.add(0L);
    return true;
  }

  @Override
  public boolean deliver(long seq, Packet packet) {
    heard.add(seq);
    return true;
  }

  @Override
  public long permitted() {
    return permitted;
  }

  @Override
  public void permit(long seq) {
    permitted = Math.max(permitted, seq);
  }

  @Override
  public boolean removed(long seq) {
    over |= permitted < seq;
    return over;
  }

  @Override
  public void dropped() {
    dropped = true;
  }

  @Override
  public boolean over() {
    return over;
  }

  @Override
  public Occupant member() {
    return this;
  }

  @Override
  public long since() {
    return since;
  }

  @Override
  public void joined(long seq, List<RoomEvent> missed) {
    missed.forEach(event -> heard.add(event.getSeq()));
    answers.add("joined " + seq);
  }

  @Override
  public void partOf(long head, List<RoomEvent> missed, boolean in) {
    missed.forEach(event -> heard.add(event.getSeq()));
    answers.add("part of " + head);
  }

  @Override
  public void reset(long floor, long head) {
    answers.add("reset " + floor + " " + head);
  }

  @Override
  public void refused(Refusal why, boolean in) {
    answers.add("refused " + why + (in ? ", still in" : ""));
  }
}
