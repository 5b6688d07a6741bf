package parley.core.relay;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import parley.contract.ServiceToken;
import parley.fanout.Topic;
import parley.fanout.memory.InMemoryBus;
import parley.proto.relay.CoreFrame;
import parley.proto.relay.CoreRelayGrpc;
import parley.proto.relay.EdgeFrame;
import parley.proto.relay.Following;
import parley.relay.ServiceServer;

/// Events of rooms on the streams of those edges that follow them.
@Timeout(30)
class FollowersTest {

  private static final ServiceToken TOKEN = new ServiceToken("test-token");

  private final InMemoryBus bus = new InMemoryBus();
  private final Followers followers = new Followers(bus);
  private ServiceServer server;
  private ManagedChannel channel;

  @BeforeEach
  void start() throws Exception {
    // Nothing is asked here, and no heads are told: there need be no log behind it.
    EdgeRelayService relay = new EdgeRelayService(null, null, null, followers);
    server = new ServiceServer("127.0.0.1", 0, TOKEN, List.of(relay));
    server.start();
    channel = NettyChannelBuilder.forAddress("127.0.0.1", server.port()).usePlaintext().build();
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    server.close();
    followers.close();
    bus.close();
  }

  /// An edge, as far as its stream goes.
  private final class Edge implements StreamObserver<CoreFrame> {
    final List<String> heard = new CopyOnWriteArrayList<>();
    final StreamObserver<EdgeFrame> requests =
        CoreRelayGrpc.newStub(channel).withCallCredentials(TOKEN.credentials()).relay(this);

    void says(Following.Builder following) {
      requests.onNext(EdgeFrame.newBuilder().addFollowings(following).build());
    }

    @Override
    public void onNext(CoreFrame frame) {
      frame
          .getPublicationsList()
          .forEach(p -> heard.add(p.getRoomId() + " " + p.getEvent().toStringUtf8()));
    }

    @Override
    public void onError(Throwable reason) {}

    @Override
    public void onCompleted() {}
  }

  private void publish(String room, String event) {
    followers.publish(new Topic.Room(room), ByteString.copyFromUtf8(event).toByteArray());
  }

  @Test
  void whoFollowsARoomHearsItAndNobodyElse() {
    Edge one = new Edge();
    Edge other = new Edge();
    one.says(Following.newBuilder().addRoomIds("r").addRoomIds("s"));
    other.says(Following.newBuilder().addRoomIds("s"));
    await().until(() -> followers.following("r") == 1 && followers.following("s") == 2);
    publish("r", "1");
    publish("s", "2");
    publish("t", "3");
    await().until(() -> one.heard.size() == 2 && other.heard.size() == 1);
    assertEquals(List.of("r 1", "s 2"), one.heard);
    assertEquals(List.of("s 2"), other.heard);
  }

  @Test
  void whatIsLeftOrSaidAnewIsHeardNoMore() {
    Edge edge = new Edge();
    edge.says(Following.newBuilder().addRoomIds("r").addRoomIds("s"));
    edge.says(Following.newBuilder().addLeftRoomIds("s"));
    await().until(() -> followers.following("r") == 1 && followers.following("s") == 0);
    edge.says(Following.newBuilder().setAnew(true).addRoomIds("t"));
    await().until(() -> followers.following("r") == 0 && followers.following("t") == 1);
  }

  @Test
  void aStreamThatEndsFollowsNothing() {
    Edge edge = new Edge();
    edge.says(Following.newBuilder().addRoomIds("r"));
    await().until(() -> followers.following("r") == 1);
    edge.requests.onCompleted();
    await().until(() -> followers.following("r") == 0);
    publish("r", "1"); // goes nowhere, and harms nobody
  }
}
