package parley.edge.upstream;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import parley.contract.ServiceToken;
import parley.proto.relay.Appended;
import parley.proto.relay.CoreFrame;
import parley.proto.relay.CoreRelayGrpc;
import parley.proto.relay.EdgeFrame;
import parley.proto.relay.Reply;
import parley.proto.relay.Request;
import parley.relay.ServiceServer;

/// A core node that answers everything, and can stand still. On a real port.
final class FakeCore implements AutoCloseable {

  static final ServiceToken TOKEN = new ServiceToken("test-token");

  /// The node's end of a stream.
  private final class Stream implements StreamObserver<EdgeFrame> {
    final ServerCallStreamObserver<CoreFrame> edge;

    Stream(ServerCallStreamObserver<CoreFrame> edge) {
      this.edge = edge;
    }

    @Override
    public void onNext(EdgeFrame frame) {
      for (Request request : frame.getRequestsList()) {
        requests.add(request);
        say(
            CoreFrame.newBuilder()
                .addReplies(
                    Reply.newBuilder()
                        .setId(request.getId())
                        .setAppended(Appended.getDefaultInstance()))
                .build());
      }
    }

    synchronized void say(CoreFrame frame) {
      if (!silent && !edge.isCancelled()) {
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

  final List<Request> requests = new CopyOnWriteArrayList<>();
  final List<StreamObserver<EdgeFrame>> streams = new CopyOnWriteArrayList<>();

  /// True: says nothing any more, though its connections stand.
  volatile boolean silent;

  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
  private final ServiceServer server;

  /// @param port 0 = any free one
  FakeCore(int port) throws IOException {
    this.server =
        new ServiceServer(
            "127.0.0.1",
            port,
            TOKEN,
            List.of(
                new CoreRelayGrpc.CoreRelayImplBase() {
                  @Override
                  public StreamObserver<EdgeFrame> relay(StreamObserver<CoreFrame> responses) {
                    Stream stream = new Stream((ServerCallStreamObserver<CoreFrame>) responses);
                    streams.add(stream);
                    stream.say(CoreFrame.getDefaultInstance());
                    return stream;
                  }
                }));
    server.start();
    var unused = clock.scheduleWithFixedDelay(this::tick, 200, 200, TimeUnit.MILLISECONDS);
  }

  private void tick() {
    streams.forEach(stream -> ((Stream) stream).say(CoreFrame.getDefaultInstance()));
  }

  String address() {
    return "127.0.0.1:" + server.port();
  }

  int port() {
    return server.port();
  }

  @Override
  public void close() {
    clock.shutdownNow();
    server.close();
  }
}
