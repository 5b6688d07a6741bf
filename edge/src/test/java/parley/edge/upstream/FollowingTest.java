package parley.edge.upstream;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import parley.contract.ServiceToken;
import parley.fanout.TopicListener;
import parley.process.Worker;
import parley.proto.relay.CoreFrame;
import parley.proto.relay.CoreRelayGrpc;
import parley.proto.relay.EdgeFrame;
import parley.proto.relay.Publication;
import parley.relay.ServiceServer;

/// The rooms of an edge, as a core node hears of them.
@Timeout(30)
class FollowingTest {

  private static final ServiceToken TOKEN = new ServiceToken("test-token");

  private final List<Stream> streams = new CopyOnWriteArrayList<>();
  private final Worker signs =
      Worker.every(
          "signs", Duration.ofMillis(500), () -> List.copyOf(streams).forEach(Stream::sign));
  private ServiceServer server;
  private CoreClient client;

  /// The core node's end of a stream.
  private final class Stream implements StreamObserver<EdgeFrame> {
    final StreamObserver<CoreFrame> edge;
    final Set<String> rooms = ConcurrentHashMap.newKeySet();

    Stream(StreamObserver<CoreFrame> edge) {
      this.edge = edge;
      streams.add(this);
      sign();
    }

    @Override
    public void onNext(EdgeFrame frame) {
      for (var following : frame.getFollowingsList()) {
        if (following.getAnew()) {
          rooms.clear();
        }
        rooms.addAll(following.getRoomIdsList());
        following.getLeftRoomIdsList().forEach(rooms::remove);
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

    /// Of life.
    synchronized void sign() {
      edge.onNext(CoreFrame.getDefaultInstance());
    }

    synchronized void die() {
      streams.remove(this);
      edge.onError(Status.UNAVAILABLE.asException());
    }

    /// @param rooms and what is said there, all in one frame
    synchronized void publish(String... rooms) {
      CoreFrame.Builder frame = CoreFrame.newBuilder();
      for (int i = 0; i < rooms.length; i += 2) {
        frame.addPublications(
            Publication.newBuilder()
                .setRoomId(rooms[i])
                .setEvent(ByteString.copyFromUtf8(rooms[i + 1])));
      }
      edge.onNext(frame.build());
    }
  }

  @BeforeEach
  void start() throws Exception {
    server =
        new ServiceServer(
            "127.0.0.1",
            0,
            TOKEN,
            List.of(
                new CoreRelayGrpc.CoreRelayImplBase() {
                  @Override
                  public StreamObserver<EdgeFrame> relay(StreamObserver<CoreFrame> responses) {
                    return new Stream(responses);
                  }
                }));
    server.start();
    signs.start();
    client =
        new CoreClient(
            "edge", List.of("127.0.0.1:" + server.port()), 2, TOKEN, (n, h) -> {}, n -> {});
    client.start();
  }

  @AfterEach
  void stop() {
    client.close();
    signs.close();
    server.close();
  }

  private record Listener(List<String> heard) implements TopicListener {
    @Override
    public void event(byte[] payload) {
      heard.add(new String(payload, java.nio.charset.StandardCharsets.UTF_8));
    }

    @Override
    public void begun(long epoch) {}

    @Override
    public void broken() {}
  }

  private Listener follow(String room) {
    Listener listener = new Listener(new CopyOnWriteArrayList<>());
    client.follow(room, listener);
    return listener;
  }

  private List<String> followed() {
    return streams.stream().flatMap(stream -> stream.rooms.stream()).sorted().toList();
  }

  @Test
  void eachRoomIsFollowedOnOneOfTheStreamsAndHeard() {
    Listener early = follow("a"); // before there is a stream
    await().until(() -> followed().equals(List.of("a")) && streams.size() == 2);
    Listener late = follow("b");
    await().until(() -> followed().equals(List.of("a", "b")));
    for (Stream stream : streams) {
      stream.rooms.forEach(room -> stream.publish(room, "of " + room));
    }
    await().until(() -> !early.heard.isEmpty() && !late.heard.isEmpty());
    assertEquals(List.of("of a"), early.heard);
    assertEquals(List.of("of b"), late.heard);
  }

  @Test
  void whoThrowsAtWhatItHearsKeepsNothingFromTheOthers() {
    client.follow(
        "a",
        new TopicListener() {
          @Override
          public void event(byte[] payload) {
            throw new IllegalStateException("broken");
          }

          @Override
          public void begun(long epoch) {}

          @Override
          public void broken() {}
        });
    Listener other = follow("b");
    await().until(() -> followed().equals(List.of("a", "b")) && streams.size() == 2);
    Stream stream =
        streams.stream().filter(one -> one.rooms.contains("b")).findFirst().orElseThrow();
    stream.publish("a", "x", "b", "y");
    await().until(() -> !other.heard.isEmpty());
  }

  @Test
  void whatADeadStreamHadIsFollowedOnAnother() {
    for (String room : List.of("a", "b", "c", "d")) {
      follow(room);
    }
    await().until(() -> streams.size() == 2 && followed().size() == 4);
    client.leave("c");
    streams.getFirst().die();
    await().until(() -> followed().equals(List.of("a", "b", "d")));
    await().until(() -> streams.size() == 2 && followed().equals(List.of("a", "b", "d")));
  }
}
