package parley.edge.room;

import parley.contract.UserId;

/// Who is left out of a delivery.
sealed interface Except {

  boolean is(Member member);

  /// All connections of a user.
  record User(UserId user) implements Except {
    @Override
    public boolean is(Member member) {
      return member.userId().equals(user);
    }
  }

  /// The connection of one socket, by its public id.
  record Socket(String id) implements Except {
    @Override
    public boolean is(Member member) {
      return member.id().equals(id);
    }
  }
}
