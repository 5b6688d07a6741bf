package parley.edge.upstream;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import parley.contract.RefusedException;
import parley.contract.ServiceToken;
import parley.fanout.TopicListener;
import parley.proto.errors.ErrorCode;
import parley.proto.relay.CoreFrame;
import parley.proto.relay.Heads;
import parley.proto.relay.Reply;
import parley.proto.relay.Request;

/// Core, as the edge uses it: requests go to the node that serves their room, by rendezvous hashing
/// over the live ones, and keep their order per room. What a dead stream left unanswered is sent
/// again, in order, to whoever serves the room now; core's dedupe keys make that harmless. With no
/// node alive requests wait, until their deadline.
public final class CoreClient implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(CoreClient.class.getName());
  private static final long DEADLINE_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final int MOST_PARKED = 20_000;
  private static final long RECONNECT_MILLIS = 200;
  private static final long REFRESH_SECONDS = 5;

  /// A route with unanswered requests stays on the stream that has them.
  private static final class Assigned {
    final CoreStream stream;
    int outstanding;

    Assigned(CoreStream stream) {
      this.stream = stream;
    }
  }

  private final String edgeId;
  private final int streamsPerNode;
  private final List<String> wanted;
  private final ServiceToken token;
  private final List<CoreNode> nodes = new ArrayList<>(); // guarded by the lock
  private final BiConsumer<String, Heads> heads;
  private final Consumer<String> streamLost;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Assigned> assigned = new HashMap<>();
  private final Following following = new Following();
  private final ArrayDeque<CoreCall> parked = new ArrayDeque<>();
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("core-client").factory());
  private volatile boolean closed;

  /// @param addresses `host:port` of each core node, or `dns:name:port` of several
  /// @param heads hears which node says where its rooms stand; must not block
  /// @param streamLost hears to which node a stream died; must not block
  public CoreClient(
      String edgeId,
      List<String> addresses,
      int streamsPerNode,
      ServiceToken token,
      BiConsumer<String, Heads> heads,
      Consumer<String> streamLost) {
    this.edgeId = edgeId;
    this.streamsPerNode = streamsPerNode;
    this.heads = heads;
    this.streamLost = streamLost;
    this.wanted = addresses;
    this.token = token;
  }

  /// Begins to connect; returns at once.
  public void start() {
    clock.execute(this::refresh);
    var unused = clock.scheduleWithFixedDelay(this::expire, 100, 100, TimeUnit.MILLISECONDS);
    if (wanted.stream().anyMatch(Addresses::resolves)) {
      var unusedToo =
          clock.scheduleWithFixedDelay(
              this::refresh, REFRESH_SECONDS, REFRESH_SECONDS, TimeUnit.SECONDS);
    }
  }

  /// Opens streams to nodes that are new. Those that no name leads to any more are given up when
  /// their streams end.
  private void refresh() {
    Set<String> there = Addresses.resolve(wanted);
    List<CoreNode> added = new ArrayList<>();
    lock.lock();
    try {
      Set<String> known = nodes.stream().map(node -> node.address).collect(Collectors.toSet());
      for (String address : there) {
        if (!known.contains(address)) {
          added.add(new CoreNode(address, token));
        }
      }
      nodes.addAll(added);
      nodes.forEach(node -> node.wanted = there.isEmpty() || there.contains(node.address));
      List<CoreNode> gone =
          nodes.stream().filter(node -> !node.wanted && node.live.isEmpty()).toList();
      gone.forEach(CoreNode::close);
      nodes.removeAll(gone);
    } finally {
      lock.unlock();
    }
    for (CoreNode node : added) {
      for (int i = 0; i < streamsPerNode; i++) {
        node.open(edgeId, owner);
      }
    }
  }

  /// True while at least one node is connected.
  public boolean connected() {
    lock.lock();
    try {
      return nodes.stream().anyMatch(node -> !node.live.isEmpty());
    } finally {
      lock.unlock();
    }
  }

  /// Sends a request; never blocks. `handler` is called exactly once, within the deadline of 5 s,
  /// by any thread, and must not block.
  ///
  /// @param route requests with the same one are carried out in the order of these calls
  public void request(String route, Request.Builder request, Consumer<Reply> handler) {
    dispatch(new CoreCall(route, request, System.nanoTime() + DEADLINE_NANOS, handler));
  }

  /// Sends a request and waits for its reply.
  ///
  /// @throws RefusedException when the reply is an error
  public Reply call(String route, Request.Builder request) {
    BlockingQueue<Reply> answer = new ArrayBlockingQueue<>(1);
    request(route, request, answer::add);
    Reply reply;
    try {
      reply = answer.poll(DEADLINE_NANOS * 2, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RefusedException(ErrorCode.UNAVAILABLE);
    }
    if (reply == null) {
      throw new RefusedException(ErrorCode.DEADLINE_EXCEEDED);
    }
    if (reply.hasError()) {
      throw new RefusedException(reply.getError());
    }
    return reply;
  }

  /// Hears the events of a room that core publishes on its streams, if that is how it does. Never
  /// blocks.
  public void follow(String room, TopicListener listener) {
    lock.lock();
    try {
      following.follow(room, listener, nodes);
    } finally {
      lock.unlock();
    }
  }

  /// Does so no more.
  public void leave(String room) {
    lock.lock();
    try {
      following.leave(room, nodes);
    } finally {
      lock.unlock();
    }
  }

  private void dispatch(CoreCall call) {
    ErrorCode failure = null;
    lock.lock();
    try {
      CoreStream stream = streamFor(call.route);
      if (stream == null) {
        if (parked.size() < MOST_PARKED) {
          parked.add(call);
        } else {
          failure = ErrorCode.UNAVAILABLE;
        }
      } else if (stream.offer(call)) {
        assigned.computeIfAbsent(call.route, r -> new Assigned(stream)).outstanding++;
      } else {
        failure = ErrorCode.BUSY;
      }
    } finally {
      lock.unlock();
    }
    if (failure != null) {
      call.fail(failure);
    }
  }

  private @Nullable CoreStream streamFor(String route) {
    Assigned known = assigned.get(route);
    if (known != null) {
      return known.stream;
    }
    CoreNode node =
        nodes.stream()
            .filter(n -> !n.live.isEmpty())
            .max(Comparator.comparingLong(n -> n.weight(route)))
            .orElse(null);
    return node == null ? null : node.streamFor(route);
  }

  private final CoreStream.Owner owner =
      new CoreStream.Owner() {
        @Override
        public void live(CoreStream stream) {
          List<CoreCall> waiting;
          lock.lock();
          try {
            stream.node().live.add(stream);
            following.streamsChanged(stream.node());
            waiting = List.copyOf(parked);
            parked.clear();
            waiting.forEach(CoreClient.this::dispatch); // in order, before anything newer
          } finally {
            lock.unlock();
          }
        }

        @Override
        public void dead(CoreStream stream, Throwable reason) {
          if (closed) {
            return;
          }
          LOG.log(
              System.Logger.Level.WARNING,
              "stream to core at {0} ended: {1}",
              stream.node().address,
              reason.getMessage());
          lock.lock();
          try {
            stream.node().live.remove(stream);
            following.streamsChanged(stream.node());
            assigned.values().removeIf(a -> a.stream == stream);
            stream.takePending().forEach(CoreClient.this::dispatch);
          } finally {
            lock.unlock();
          }
          streamLost.accept(stream.node().address);
          reopen(stream.node());
        }

        @Override
        public void frame(CoreStream stream, CoreFrame frame) {
          following.heard(frame.getPublicationsList());
          if (frame.hasHeads()) {
            heads.accept(stream.node().address, frame.getHeads());
          }
        }

        @Override
        public void answered(CoreCall call) {
          lock.lock();
          try {
            Assigned known = assigned.get(call.route);
            if (known != null && --known.outstanding <= 0) {
              assigned.remove(call.route);
            }
          } finally {
            lock.unlock();
          }
        }
      };

  private void reopen(CoreNode node) {
    var unused =
        clock.schedule(
            () -> {
              if (!closed && node.wanted) {
                node.open(edgeId, owner);
              }
            },
            RECONNECT_MILLIS,
            TimeUnit.MILLISECONDS);
  }

  private void expire() {
    long now = System.nanoTime();
    List<CoreStream> streams = new ArrayList<>();
    List<CoreCall> late = new ArrayList<>();
    lock.lock();
    try {
      nodes.forEach(node -> streams.addAll(node.live));
      for (Iterator<CoreCall> each = parked.iterator(); each.hasNext(); ) {
        CoreCall call = each.next();
        if (call.expired(now)) {
          each.remove();
          late.add(call);
        }
      }
    } finally {
      lock.unlock();
    }
    late.forEach(call -> call.fail(ErrorCode.UNAVAILABLE));
    streams.forEach(stream -> stream.expire(now));
  }

  @Override
  public void close() {
    closed = true;
    clock.shutdownNow();
    lock.lock();
    try {
      nodes.forEach(CoreNode::close);
    } finally {
      lock.unlock();
    }
  }
}
