package parley.system.fault;

import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// What happened in a run, as its clients saw it, and what the store holds at its end.
///
/// @param logs each room's log, in order
/// @param requests all that was asked for
/// @param views what each client saw of each room
/// @param reads what was read after something had been acknowledged
/// @param visits what those saw who were removed and added again
/// @param keys the key that a request has in the log
record History(
    Map<String, List<Entry>> logs,
    List<Request> requests,
    List<View> views,
    List<Read> reads,
    List<Visit> visits,
    Function<Request, String> keys) {

  /// What can be asked for.
  enum Kind {
    SEND,
    EDIT,
    DELETE,
    REACT,
    UNREACT
  }

  /// An entry of the log, as stored; of messages with what later entries made of them.
  ///
  /// @param dedupe the key of the request that made it
  record Entry(
      long seq,
      String id,
      String type,
      String sender,
      String dedupe,
      long atMs,
      Body body,
      State state) {

    String target() {
      return body.target;
    }

    String content() {
      return body.content;
    }

    String member() {
      return body.member;
    }
  }

  /// What an entry says; empty = nothing.
  ///
  /// @param target message that a change is about
  /// @param content present content of a message, new content of an edit
  /// @param member whom a change of the members is about
  record Body(String target, String content, String emoji, boolean removed, String member) {}

  /// What later entries made of a message.
  ///
  /// @param reactions present ones, as `emoji user`
  record State(boolean deleted, List<String> reactions) {}

  /// Something that a client asked for until it was answered, or the run ended.
  ///
  /// @param key the client's own id for it
  /// @param target message that it is about; empty for a new one
  /// @param text content, or emoji
  /// @param seq where it is; 0 = nobody said
  /// @param id of the message that was made, as acknowledged; empty = none
  /// @param refused it was refused for good
  record Request(
      String user,
      String room,
      Kind kind,
      String key,
      String target,
      String text,
      long seq,
      String id,
      boolean refused) {

    boolean acknowledged() {
      return seq > 0;
    }
  }

  /// What one client saw of one room, in its order.
  ///
  /// @param from position at which it entered; it is owed everything above
  record View(String client, String room, long from, List<Seen> seen) {}

  /// One event.
  ///
  /// @param id of the message that was made or changed
  /// @param content of a message, or an edit
  /// @param mayRepeat heard on a connection that goes on with one of an edge that had no chance to
  ///     save it
  record Seen(long seq, String event, String id, String content, boolean mayRepeat) {}

  /// A page of a room's messages that somebody asked for after something of it was acknowledged to
  /// somebody else.
  ///
  /// @param acknowledged position of that
  /// @param message that it is about
  /// @param oldest position of the page's first message; 0 = there is none
  /// @param shown the message in the page; null when it is not there
  record Read(
      String reader, String room, long acknowledged, String message, long oldest, Shown shown) {}

  /// A message in a page.
  record Shown(boolean deleted, String content) {}

  /// What one saw of a room who is added to it and removed again and again, and asks to be let in
  /// all the time. Times are nanoTime's.
  ///
  /// @param added when each addition was asked for, in order
  /// @param removed when the removal after each was acknowledged; one less when they are still in
  /// @param heard what they were told of the room
  /// @param entered each join that succeeded
  record Visit(
      String guest,
      String room,
      List<Long> added,
      List<Long> removed,
      List<Heard> heard,
      List<Entered> entered) {}

  /// A join that succeeded. A member from before `asked` or from before `answered`: either is
  /// right.
  record Entered(long asked, long answered) {}

  /// @param seq its position; 0 = it has none
  record Heard(long seq, String event, long at) {}
}
