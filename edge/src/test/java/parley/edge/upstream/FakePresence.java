package parley.edge.upstream;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import parley.contract.ServiceToken;
import parley.proto.presence.ConnectionState;
import parley.proto.presence.Done;
import parley.proto.presence.PresenceEdgeFrame;
import parley.proto.presence.PresenceFrame;
import parley.proto.presence.PresenceRelayGrpc;
import parley.proto.presence.PresenceReply;
import parley.proto.presence.PresenceRequest;
import parley.proto.presence.Presences;
import parley.relay.ServiceServer;

/// A presence node that keeps what it is told, and can stand still. On a real port.
public final class FakePresence implements AutoCloseable {

  public static final ServiceToken TOKEN = new ServiceToken("test-token");

  /// The node's end of a stream.
  public final class Stream implements StreamObserver<PresenceEdgeFrame> {
    final ServerCallStreamObserver<PresenceFrame> edge;
    public final List<PresenceRequest> requests = new CopyOnWriteArrayList<>();
    public final Set<String> connections = ConcurrentHashMap.newKeySet();
    volatile boolean greeted;

    Stream(ServerCallStreamObserver<PresenceFrame> edge) {
      this.edge = edge;
      if (deaf) {
        edge.disableAutoRequest();
      }
    }

    @Override
    public void onNext(PresenceEdgeFrame frame) {
      frame.getHello().getConnectionsList().stream()
          .map(ConnectionState::getConnectionId)
          .forEach(connections::add);
      for (PresenceRequest request : frame.getRequestsList()) {
        requests.add(request);
        if (request.getId() != 0 && !silent) {
          say(
              PresenceFrame.newBuilder()
                  .addReplies(identified(answers.apply(request, answer(request)), request))
                  .build());
        }
      }
      greeted = true;
    }

    /// An id of its own stays.
    private PresenceReply.Builder identified(PresenceReply.Builder reply, PresenceRequest request) {
      return reply.getId() == 0 ? reply.setId(request.getId()) : reply;
    }

    private PresenceReply.Builder answer(PresenceRequest request) {
      boolean asked = request.hasAsked() || request.hasChanges();
      return asked
          ? PresenceReply.newBuilder().setPresences(Presences.getDefaultInstance())
          : PresenceReply.newBuilder().setDone(Done.getDefaultInstance());
    }

    synchronized void say(PresenceFrame frame) {
      if (!edge.isCancelled()) {
        edge.onNext(frame);
      }
    }

    @Override
    public void onError(Throwable reason) {
      streams.remove(this);
    }

    @Override
    public void onCompleted() {
      streams.remove(this);
    }
  }

  public final List<Stream> streams = new CopyOnWriteArrayList<>();
  public volatile BiFunction<PresenceRequest, PresenceReply.Builder, PresenceReply.Builder>
      answers = (request, reply) -> reply;

  /// True: says nothing any more, though its connections stand.
  public volatile boolean silent;

  /// True: reads nothing from streams that begin now.
  volatile boolean deaf;

  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
  private final ServiceServer server;

  /// @param port 0 = any free one
  public FakePresence(int port) throws IOException {
    this.server =
        new ServiceServer(
            "127.0.0.1",
            port,
            TOKEN,
            List.of(
                new PresenceRelayGrpc.PresenceRelayImplBase() {
                  @Override
                  public StreamObserver<PresenceEdgeFrame> relay(
                      StreamObserver<PresenceFrame> responses) {
                    Stream stream = new Stream((ServerCallStreamObserver<PresenceFrame>) responses);
                    streams.add(stream);
                    tick(stream);
                    return stream;
                  }
                }));
    server.start();
    var unused =
        clock.scheduleWithFixedDelay(
            () -> streams.forEach(this::tick), 200, 200, TimeUnit.MILLISECONDS);
  }

  private void tick(Stream stream) {
    if (!silent) {
      stream.say(PresenceFrame.getDefaultInstance());
    }
  }

  public String address() {
    return "127.0.0.1:" + server.port();
  }

  int port() {
    return server.port();
  }

  /// All that its streams of now were told.
  public List<PresenceRequest> told() {
    return streams.stream().flatMap(stream -> stream.requests.stream()).toList();
  }

  @Override
  public void close() {
    clock.shutdownNow();
    server.close();
  }
}
