package parley.edge.upstream;

import io.grpc.ManagedChannel;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import parley.contract.RoomId;
import parley.contract.ServiceToken;
import parley.contract.UserId;
import parley.proto.chat.User;
import parley.proto.presence.Audience;
import parley.proto.presence.ChangesAsked;
import parley.proto.presence.ConnectionClosed;
import parley.proto.presence.ConnectionOpened;
import parley.proto.presence.ConnectionState;
import parley.proto.presence.DepartedUser;
import parley.proto.presence.PresenceAsked;
import parley.proto.presence.PresenceChange;
import parley.proto.presence.PresenceEdgeFrame;
import parley.proto.presence.PresenceFrame;
import parley.proto.presence.PresenceHello;
import parley.proto.presence.PresenceRelayGrpc;
import parley.proto.presence.PresenceReply;
import parley.proto.presence.PresenceRequest;
import parley.proto.presence.RoomEntered;
import parley.proto.presence.RoomLeft;
import parley.proto.presence.RoomRoster;
import parley.proto.presence.TypingStarted;
import parley.proto.presence.TypingStopped;
import parley.relay.FrameWriter;

/// Presence, as the edge uses it: one stream that carries every change in order. When it breaks,
/// another is opened, to the next node, and begins with a snapshot of all connections; changes made
/// meanwhile need no sending. Telling never blocks, and nothing depends on an answer.
public final class PresenceClient implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(PresenceClient.class.getName());
  private static final int CHANGES_WAITING = 65_536;
  private static final long ANSWER_MILLIS = 1_000;
  private static final long RECONNECT_MILLIS = 300;

  private final String edgeId;
  private final List<ManagedChannel> channels;
  private final ServiceToken token;
  private final Supplier<List<ConnectionState>> snapshot;
  private final Runnable begun;
  private final Departures departures = new Departures();
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("presence-client").factory());
  private volatile @Nullable Stream current;
  private volatile boolean closed;
  private int next; // the clock's thread's

  /// @param snapshot every connection of this edge, with its rooms
  /// @param begun runs when a stream stands anew; must not block
  public PresenceClient(
      String edgeId,
      List<String> addresses,
      ServiceToken token,
      Supplier<List<ConnectionState>> snapshot,
      Runnable begun) {
    this.edgeId = edgeId;
    this.token = token;
    this.snapshot = snapshot;
    this.begun = begun;
    this.channels = addresses.stream().map(Channels::open).toList();
  }

  /// Begins to connect; returns at once.
  public void start() {
    clock.execute(this::open);
  }

  /// True while presence hears this edge.
  public boolean connected() {
    return current != null;
  }

  /// A connection began, or its audience is another now.
  ///
  /// @param confirmed runs when presence has it; by any thread, must not block
  public void opened(String connection, User user, Audience audience, Runnable confirmed) {
    Stream stream = current;
    if (stream != null) {
      stream.tell(
          PresenceRequest.newBuilder()
              .setOpened(
                  ConnectionOpened.newBuilder()
                      .setConnectionId(connection)
                      .setUser(user)
                      .setAudience(audience)),
          reply -> {
            if (reply.hasDone()) {
              confirmed.run();
            }
          });
    }
  }

  /// A connection ended. Should presence not have heard it, the next snapshot says so.
  public void closed(String connection, User user, Audience audience, Iterable<RoomId> rooms) {
    ConnectionClosed.Builder ended =
        ConnectionClosed.newBuilder().setConnectionId(connection).setUserId(user.getId());
    rooms.forEach(room -> ended.addRoomIds(room.value()));
    departures.left(user, audience);
    Stream stream = current;
    if (stream != null) {
      stream.tell(
          PresenceRequest.newBuilder().setClosed(ended),
          reply -> {
            if (reply.hasDone()) {
              departures.heard(user);
            }
          });
    }
  }

  /// A connection left a room.
  public void left(String connection, User user, RoomId room) {
    tell(
        PresenceRequest.newBuilder()
            .setLeft(
                RoomLeft.newBuilder()
                    .setConnectionId(connection)
                    .setUserId(user.getId())
                    .setRoomId(room.value())));
  }

  /// A connection entered a room; waits for who is there, one second at most.
  ///
  /// @return empty when presence did not say
  public Optional<RoomRoster> entered(String connection, User user, RoomId room) {
    return ask(PresenceRequest.newBuilder()
            .setEntered(
                RoomEntered.newBuilder()
                    .setConnectionId(connection)
                    .setUser(user)
                    .setRoomId(room.value())))
        .filter(PresenceReply::hasRoster)
        .map(PresenceReply::getRoster);
  }

  /// A connection entered a room again: nobody waits for who is there.
  public void reentered(String connection, User user, RoomId room) {
    tell(
        PresenceRequest.newBuilder()
            .setEntered(
                RoomEntered.newBuilder()
                    .setConnectionId(connection)
                    .setUser(user)
                    .setRoomId(room.value())));
  }

  /// A user types, or types on.
  public void typing(User user, RoomId room) {
    tell(
        PresenceRequest.newBuilder()
            .setTyping(TypingStarted.newBuilder().setRoomId(room.value()).setUser(user)));
  }

  /// It types no more.
  public void stoppedTyping(UserId user, RoomId room) {
    tell(
        PresenceRequest.newBuilder()
            .setStoppedTyping(
                TypingStopped.newBuilder().setRoomId(room.value()).setUserId(user.value())));
  }

  /// Asks something and waits for the answer, one second at most.
  ///
  /// @return empty when presence did not say
  public Optional<PresenceReply> ask(PresenceRequest.Builder request) {
    Stream stream = current;
    return stream == null ? Optional.empty() : stream.ask(request);
  }

  /// Who changed since a version, as far as presence remembers; waits one second at most.
  public List<PresenceChange> changesSince(long version) {
    return ask(PresenceRequest.newBuilder()
            .setChanges(ChangesAsked.newBuilder().setSince(Math.max(version, 0))))
        .map(reply -> reply.getPresences().getUsersList())
        .orElse(List.of());
  }

  private void tell(PresenceRequest.Builder change) {
    Stream stream = current;
    if (stream != null) {
      stream.tell(change, null);
    }
  }

  private void open() {
    if (closed) {
      return;
    }
    ManagedChannel channel = channels.get(Math.floorMod(next++, channels.size()));
    var unused =
        PresenceRelayGrpc.newStub(channel)
            .withCallCredentials(token.credentials())
            .withWaitForReady()
            .relay(new Stream());
  }

  private void lost(Stream stream, Throwable reason) {
    if (current == stream) {
      current = null;
    }
    if (!closed) {
      LOG.log(System.Logger.Level.WARNING, "stream to presence ended: {0}", reason.getMessage());
      var unused = clock.schedule(this::open, RECONNECT_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  @Override
  public void close() {
    closed = true;
    clock.shutdownNow();
    channels.forEach(ManagedChannel::shutdownNow);
  }

  /// One stream, from its first readiness to its end.
  private final class Stream implements ClientResponseObserver<PresenceEdgeFrame, PresenceFrame> {

    private final AtomicLong ids = new AtomicLong();
    private final ConcurrentHashMap<Long, Consumer<PresenceReply>> asked =
        new ConcurrentHashMap<>();
    private final AtomicBoolean alive = new AtomicBoolean();
    private final AtomicBoolean over = new AtomicBoolean();
    private @Nullable FrameWriter<PresenceRequest, PresenceEdgeFrame> writer;
    private boolean greeted; // the writer's thread's
    private volatile List<DepartedUser> departed = List.of();

    @Override
    public void beforeStart(ClientCallStreamObserver<PresenceEdgeFrame> requests) {
      FrameWriter<PresenceRequest, PresenceEdgeFrame> created =
          new FrameWriter<>("presence-stream", requests, CHANGES_WAITING, this::join);
      writer = created;
      requests.setOnReadyHandler(
          () -> {
            if (alive.compareAndSet(false, true)) {
              created.start();
              current = this;
              // The first frame carries the snapshot, and must leave even when nothing happens.
              tell(
                  PresenceRequest.newBuilder().setAsked(PresenceAsked.getDefaultInstance()),
                  this::snapshotHeard);
              begun.run();
            }
            created.ready();
          });
    }

    /// What comes behind the snapshot was answered.
    private void snapshotHeard(PresenceReply reply) {
      if (reply.hasPresences()) {
        departures.heard(departed);
      }
    }

    /// The snapshot is taken when the first frame leaves: `current` is set by then, so every change
    /// is in the snapshot, or in the queue behind it, or in both, which is harmless.
    private PresenceEdgeFrame join(List<PresenceRequest> changes) {
      PresenceEdgeFrame.Builder frame = PresenceEdgeFrame.newBuilder();
      changes.stream()
          .filter(change -> change.getOpCase() != PresenceRequest.OpCase.OP_NOT_SET)
          .forEach(frame::addRequests);
      if (!greeted) {
        greeted = true;
        departed = departures.all();
        frame.setHello(
            PresenceHello.newBuilder()
                .setEdgeId(edgeId)
                .setSnapshot(true)
                .addAllConnections(snapshot.get())
                .addAllDeparted(departed));
      }
      return frame.build();
    }

    /// @param heard gets the reply; null = none is wanted
    void tell(PresenceRequest.Builder change, @Nullable Consumer<PresenceReply> heard) {
      if (heard != null) {
        long id = ids.incrementAndGet();
        asked.put(id, heard);
        change.setId(id);
      }
      FrameWriter<PresenceRequest, PresenceEdgeFrame> known = writer;
      if (known != null && !known.offer(change.build())) {
        LOG.log(System.Logger.Level.DEBUG, "a change is left to the next snapshot");
      }
    }

    Optional<PresenceReply> ask(PresenceRequest.Builder request) {
      BlockingQueue<PresenceReply> answer = new ArrayBlockingQueue<>(1);
      tell(request, answer::offer);
      try {
        PresenceReply reply = answer.poll(ANSWER_MILLIS, TimeUnit.MILLISECONDS);
        boolean none = reply == null || reply.equals(PresenceReply.getDefaultInstance());
        return none ? Optional.empty() : Optional.of(reply);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return Optional.empty();
      }
    }

    @Override
    public void onNext(PresenceFrame frame) {
      for (PresenceReply reply : frame.getRepliesList()) {
        Consumer<PresenceReply> heard = asked.remove(reply.getId());
        if (heard != null) {
          heard.accept(reply);
        }
      }
    }

    @Override
    public void onError(Throwable reason) {
      end(reason);
    }

    @Override
    public void onCompleted() {
      end(new IllegalStateException("presence ended the stream"));
    }

    private void end(Throwable reason) {
      if (over.compareAndSet(false, true)) {
        FrameWriter<PresenceRequest, PresenceEdgeFrame> known = writer;
        if (known != null) {
          known.close();
        }
        PresenceReply nothing = PresenceReply.getDefaultInstance();
        asked.values().forEach(heard -> heard.accept(nothing));
        asked.clear();
        lost(this, reason);
      }
    }
  }
}
