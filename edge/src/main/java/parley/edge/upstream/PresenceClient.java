package parley.edge.upstream;

import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import parley.contract.ConnectionId;
import parley.contract.RefusedException;
import parley.contract.RoomId;
import parley.contract.ServiceToken;
import parley.contract.UserId;
import parley.proto.chat.User;
import parley.proto.errors.ErrorCode;
import parley.proto.presence.Audience;
import parley.proto.presence.ConnectionState;
import parley.proto.presence.PresenceReply;
import parley.proto.presence.PresenceRequest;
import parley.proto.presence.Presences;
import parley.proto.presence.RoomRoster;

/// Presence, as the edge uses it: one stream that carries every change in order. When it ends,
/// another is opened, to the next node, and begins with a snapshot of all connections; changes made
/// meanwhile need no sending. Telling never blocks, and nothing depends on an answer.
public final class PresenceClient implements AutoCloseable {

  private static final long ANSWER_NANOS = Duration.ofSeconds(1).toNanos();

  /// Presence confirms a change when Redis has it, which may stand still for a while.
  private static final long CONFIRM_NANOS = Duration.ofMinutes(1).toNanos();

  private final Departures departures = new Departures();
  private final PresenceLink link;

  /// @param addresses `host:port` of each presence node, or `dns:name:port` of several
  /// @param connections every connection of this edge, with its rooms; walked by a thread of the
  ///     stream's, while others change them
  /// @param begun runs when a stream stands anew; must not block
  public PresenceClient(
      String edgeId,
      List<String> addresses,
      ServiceToken token,
      Supplier<Iterator<ConnectionState>> connections,
      Runnable begun) {
    Addresses.check(addresses);
    PresenceStream.Edge edge = new PresenceStream.Edge(edgeId, token, connections, departures);
    this.link =
        new PresenceLink(
            new Rotation(
                () -> List.copyOf(Addresses.resolve(addresses)),
                edgeId.hashCode(),
                System.nanoTime()),
            (address, owner) -> new PresenceStream(Channels.open(address), edge, owner),
            begun);
  }

  /// Begins to connect; returns at once.
  public void start() {
    link.start();
  }

  /// True while presence hears this edge, and has spoken within the last 3.5 s.
  public boolean connected() {
    return link.current() != null;
  }

  /// How many questions and changes wait for an answer.
  int unanswered() {
    PresenceStream stream = link.current();
    return stream == null ? 0 : stream.pending();
  }

  /// A connection began, or its audience is another now.
  ///
  /// @param confirmed runs when presence has it; by any thread, must not block
  public void opened(ConnectionId connection, User user, Audience audience, Runnable confirmed) {
    tell(PresenceCalls.opened(connection, user, audience), confirmed);
  }

  /// A connection ended. Should presence not have heard it, the next snapshot says so.
  public void closed(
      ConnectionId connection, User user, Audience audience, Iterable<RoomId> rooms) {
    departures.left(user, audience);
    tell(PresenceCalls.closed(connection, user, rooms), () -> departures.heard(user));
  }

  /// A connection left a room.
  public void left(ConnectionId connection, User user, RoomId room) {
    tell(PresenceCalls.left(connection, user, room));
  }

  /// A connection entered a room.
  ///
  /// @return waits for who is there, one second at most; empty when presence did not say
  public Supplier<Optional<RoomRoster>> entered(ConnectionId connection, User user, RoomId room) {
    PresenceStream stream = link.current();
    BlockingQueue<PresenceReply> answer = new ArrayBlockingQueue<>(1);
    if (stream == null) {
      return Optional::empty;
    }
    // It is a change as well: one that does not fit has to bring a snapshot.
    stream.tell(PresenceCalls.entered(connection, user, room), call(ANSWER_NANOS, answer));
    return () -> awaited(answer).filter(PresenceReply::hasRoster).map(PresenceReply::getRoster);
  }

  /// A connection entered a room again: nobody waits for who is there.
  public void reentered(ConnectionId connection, User user, RoomId room) {
    tell(PresenceCalls.entered(connection, user, room));
  }

  /// A user types, or types on. May be left out.
  public void typing(User user, RoomId room) {
    PresenceStream stream = link.current();
    if (stream != null) {
      stream.mention(PresenceCalls.typing(user, room));
    }
  }

  /// It types no more. May be left out: typing ends by itself.
  public void stoppedTyping(UserId user, RoomId room) {
    PresenceStream stream = link.current();
    if (stream != null) {
      stream.mention(PresenceCalls.stoppedTyping(user, room));
    }
  }

  /// Asks something and waits for the answer, one second at most.
  ///
  /// @throws RefusedException when presence refuses, or did not say: UNAVAILABLE
  public PresenceReply ask(PresenceRequest.Builder request) {
    PresenceReply reply =
        asked(request).orElseThrow(() -> new RefusedException(ErrorCode.UNAVAILABLE));
    if (reply.hasError()) {
      throw new RefusedException(reply.getError());
    }
    return reply;
  }

  private Optional<PresenceReply> asked(PresenceRequest.Builder request) {
    PresenceStream stream = link.current();
    if (stream == null) {
      return Optional.empty();
    }
    BlockingQueue<PresenceReply> answer = new ArrayBlockingQueue<>(1);
    stream.ask(request, call(ANSWER_NANOS, answer));
    return awaited(answer);
  }

  /// Who changed since a version, as far as presence remembers: a page, the oldest first, which
  /// says from where to ask for the next. Waits one second at most.
  ///
  /// @return empty when presence did not say
  public Optional<Presences> changesSince(long version) {
    return asked(PresenceCalls.changes(version))
        .filter(PresenceReply::hasPresences)
        .map(PresenceReply::getPresences);
  }

  private static PresenceCall call(long nanos, BlockingQueue<PresenceReply> answer) {
    return new PresenceCall(System.nanoTime() + nanos, answer::offer);
  }

  private static Optional<PresenceReply> awaited(BlockingQueue<PresenceReply> answer) {
    try {
      PresenceReply reply = answer.poll(ANSWER_NANOS, TimeUnit.NANOSECONDS);
      return Optional.ofNullable(reply)
          .filter(r -> r.getOutcomeCase() != PresenceReply.OutcomeCase.OUTCOME_NOT_SET);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  private void tell(PresenceRequest.Builder change) {
    PresenceStream stream = link.current();
    if (stream != null) {
      stream.tell(change);
    }
  }

  private void tell(PresenceRequest.Builder change, Runnable confirmed) {
    PresenceStream stream = link.current();
    if (stream != null) {
      stream.tell(
          change,
          new PresenceCall(
              System.nanoTime() + CONFIRM_NANOS,
              reply -> {
                if (reply.hasDone()) {
                  confirmed.run();
                }
              }));
    }
  }

  @Override
  public void close() {
    link.close();
  }
}
