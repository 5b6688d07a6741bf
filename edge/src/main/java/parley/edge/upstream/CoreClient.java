package parley.edge.upstream;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import parley.contract.RefusedException;
import parley.contract.ServiceToken;
import parley.fanout.TopicListener;
import parley.process.Worker;
import parley.proto.errors.ErrorCode;
import parley.proto.relay.CoreFrame;
import parley.proto.relay.Heads;
import parley.proto.relay.Reply;
import parley.proto.relay.Request;

/// Core, as the edge uses it: requests go to the node that serves their room, by rendezvous hashing
/// over the live ones, and keep their order per room. What a dead stream left unanswered is sent
/// again, in order, to whoever serves the room now; core's dedupe keys make that harmless. With no
/// node alive requests wait, until their deadline. A node that says nothing for 3.5 s is dead.
public final class CoreClient implements AutoCloseable {

  private static final long DEADLINE_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final Duration REFRESH = Duration.ofSeconds(5);

  private final List<String> addresses;
  private final BiConsumer<String, Heads> heads;
  private final Consumer<String> streamLost;
  private final CoreRoutes routes = new CoreRoutes();
  private final CoreNodes nodes;
  private final Worker clock =
      Worker.every("core-client", Duration.ofMillis(RelayStream.TURN_MILLIS), this::turn);
  private final Worker names = Worker.every("core-names", REFRESH, this::refresh);
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
    Addresses.check(addresses);
    CoreStream.Edge edge = new CoreStream.Edge(edgeId, token);
    this.addresses = addresses;
    this.heads = heads;
    this.streamLost = streamLost;
    this.nodes =
        new CoreNodes(
            streamsPerNode,
            address -> new CoreStream(address, Channels.open(address), edge, new Streams()));
  }

  /// Begins to connect; returns at once.
  public void start() {
    names.first(Duration.ZERO).start();
    clock.start();
  }

  /// Blocks on the network for names.
  private void refresh() {
    nodes.wanted(Addresses.resolve(addresses));
  }

  private void turn() {
    long now = System.nanoTime();
    nodes.turn(now);
    routes.expire(now);
  }

  /// True while at least one node is connected, and has spoken within the last 3.5 s.
  public boolean connected() {
    return routes.connected();
  }

  /// Sends a request; never blocks. `handler` is called exactly once, within the deadline of 5 s,
  /// by any thread, and must not block.
  ///
  /// @param route requests with the same one are carried out in the order of these calls
  public void request(String route, Request.Builder request, Consumer<Reply> handler) {
    routes.request(new CoreCall(route, request, System.nanoTime() + DEADLINE_NANOS, handler));
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
    routes.follow(room, listener);
  }

  /// Does so no more.
  public void leave(String room) {
    routes.leave(room);
  }

  private final class Streams implements CoreStream.Owner {
    @Override
    public void live(CoreStream stream) {
      routes.live(stream);
    }

    @Override
    public void dead(CoreStream stream, Throwable reason, boolean wasLive) {
      nodes.ended(stream, reason);
      if (wasLive && !closed) {
        routes.dead(stream);
        streamLost.accept(stream.address());
      }
    }

    @Override
    public void frame(CoreStream stream, CoreFrame frame) {
      routes.followed().heard(frame.getPublicationsList());
      if (frame.hasHeads()) {
        heads.accept(stream.address(), frame.getHeads());
      }
    }

    @Override
    public void answered(CoreStream stream, CoreCall call) {
      routes.answered(stream, call);
    }
  }

  @Override
  public void close() {
    closed = true;
    clock.close();
    names.close();
    nodes.close();
  }
}
