package parley.edge.room;

import java.util.ArrayList;
import java.util.List;
import parley.edge.engineio.Packet;
import parley.proto.chat.RoomEvent;

/// Someone on the way into a room, or in it, who writes down what happens to them.
class Listener extends Visitor {

  final List<Long> heard = new ArrayList<>();
  final List<String> answers = new ArrayList<>();
  boolean dropped;
  boolean over;

  Listener(String name) {
    this(name, FROM_NOW, 0);
  }

  Listener(String name, long since, long permitted) {
    super(name, since, permitted);
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
