package parley.edge.upstream;

import com.google.protobuf.Message;
import io.grpc.ManagedChannel;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import parley.relay.FrameWriter;

/// The life of one stream to one node, of core or of presence, on a connection of its own. It is
/// live from the first word of the node until it ends, and then it is over: another takes its
/// place. Nodes speak every 500 ms: one that says nothing for 3.5 s is gone or stands still,
/// whatever its connection looks like, and the stream ends. Safe for any thread; nothing blocks.
/// @param <Q> frames that leave; several can be merged into one
/// @param <R> frames that come
final class RelayStream<Q extends Message, R> {

  private static final System.Logger LOG = System.getLogger(RelayStream.class.getName());

  /// How often {@link #turn} has to be called.
  static final long TURN_MILLIS = 100;

  /// Turns, and not time: where this process itself stood still, nothing is the node's fault. With
  /// the half second between two signs of life a node that stands still is left within 4 s.
  private static final int SILENT_TURNS = 35;

  /// Until the first word: nobody waits for it, and a node that has just started is slow.
  private static final int OPENING_TURNS = 60;

  /// Whose stream it is. Called by gRPC's threads, the writer's, or whoever ends the stream; must
  /// not block.
  interface Peer<Q, R> {

    /// Begins the call.
    void call(ManagedChannel channel, ClientResponseObserver<Q, R> observer);

    /// The node has said its first word. What is offered from now on leaves behind the greeting.
    void live();

    /// What is sent before everything else. Walked once, by the writer's thread, while the stream
    /// takes it, so that it need never be in memory as a whole.
    Iterator<Q> greeting();

    /// A frame came.
    void heard(R frame);

    /// The stream is over. Comes once, and last.
    ///
    /// @param wasLive whether {@link #live} came
    void ended(Throwable reason, boolean wasLive);
  }

  private final String name;
  private final FrameWriter.Bounds bounds;
  private final Peer<Q, R> peer;
  private final ManagedChannel channel;
  private final AtomicInteger silent = new AtomicInteger();
  private final ReentrantLock stages =
      new ReentrantLock(); // live comes before ended, or not at all
  private volatile boolean live;
  private volatile boolean over;
  private volatile @Nullable FrameWriter<Q, Q> writer;
  private volatile @Nullable Throwable ending;

  /// @param name of the writer's thread
  /// @param channel is closed with the stream
  /// @param bounds of what may wait to be sent
  RelayStream(String name, ManagedChannel channel, FrameWriter.Bounds bounds, Peer<Q, R> peer) {
    this.name = name;
    this.channel = channel;
    this.bounds = bounds;
    this.peer = peer;
  }

  /// Begins to connect. Call once.
  void open() {
    try {
      peer.call(channel, new Observer());
    } catch (RuntimeException e) {
      end(e);
    }
  }

  /// Queues a frame.
  ///
  /// @return false when the queue is full or the stream over: it will not be sent
  boolean offer(Q frame) {
    return offer(frame, bounds);
  }

  /// Queues a frame that may be left out.
  ///
  /// @param within what may wait before it
  boolean offer(Q frame, FrameWriter.Bounds within) {
    FrameWriter<Q, Q> known = writer;
    return known != null && known.offer(frame, within);
  }

  /// True when nothing can be sent any more: the end is near, or has been told.
  boolean isClosed() {
    FrameWriter<Q, Q> known = writer;
    return over || (known != null && known.isClosed());
  }

  /// Looks whether the node still lives. By one thread, every {@link #TURN_MILLIS}.
  void turn() {
    Throwable reason = ending;
    if (reason != null) {
      end(reason);
    } else if (silent.incrementAndGet() > (live ? SILENT_TURNS : OPENING_TURNS)) {
      end(new IllegalStateException(live ? "silent for 3.5 s" : "no word within 6 s"));
    }
  }

  /// Ends the stream at its next turn: for whoever holds a lock.
  void endSoon(Throwable reason) {
    ending = reason;
  }

  /// Ends the stream and its connection, if it is not over.
  void end(Throwable reason) {
    boolean wasLive;
    stages.lock();
    try {
      if (over) {
        return;
      }
      over = true;
      wasLive = live;
    } finally {
      stages.unlock();
    }
    FrameWriter<Q, Q> known = writer;
    if (known != null) {
      known.close();
    }
    channel.shutdownNow();
    peer.ended(reason, wasLive);
  }

  private void spoke() {
    silent.set(0);
    FrameWriter<Q, Q> known = writer;
    stages.lock();
    try {
      if (!over && !live && known != null) {
        live = true;
        peer.live();
        known.start(peer.greeting());
      }
    } finally {
      stages.unlock();
    }
  }

  /// Several frames as one.
  private static <Q extends Message> Q merged(List<Q> frames) {
    Message.Builder merged = frames.getFirst().newBuilderForType();
    frames.forEach(merged::mergeFrom);
    @SuppressWarnings("unchecked") // a builder makes what it was made for
    Q frame = (Q) merged.build();
    return frame;
  }

  private final class Observer implements ClientResponseObserver<Q, R> {

    @Override
    public void beforeStart(ClientCallStreamObserver<Q> requests) {
      FrameWriter<Q, Q> created =
          new FrameWriter<>(
              name,
              requests,
              new FrameWriter.Framing<>(Message::getSerializedSize, RelayStream::merged),
              bounds,
              RelayStream.this::end);
      requests.setOnReadyHandler(created::ready);
      writer = created;
    }

    @Override
    public void onNext(R frame) {
      try {
        spoke();
        peer.heard(frame);
      } catch (RuntimeException e) { // no reason to take the stream from everybody else
        LOG.log(System.Logger.Level.ERROR, "a frame was not handled, " + UUID.randomUUID(), e);
      }
    }

    @Override
    public void onError(Throwable reason) {
      end(reason);
    }

    @Override
    public void onCompleted() {
      end(new IllegalStateException("the node ended the stream"));
    }
  }
}
