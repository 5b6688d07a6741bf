package parley.edge.room;

import parley.contract.UserId;

/// Someone on the way into a room, or in it: who they are, and what they may.
abstract class Visitor implements Occupant, Joining {

  final String name;
  final long since;
  volatile long permitted;

  Visitor(String name, long since, long permitted) {
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
  public long permitted() {
    return permitted;
  }

  @Override
  public void permit(long seq) {
    permitted = Math.max(permitted, seq);
  }

  @Override
  public Occupant member() {
    return this;
  }

  @Override
  public long since() {
    return since;
  }
}
