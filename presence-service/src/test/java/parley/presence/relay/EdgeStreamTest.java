package parley.presence.relay;

import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import parley.contract.EdgeId;
import parley.contract.ServiceToken;
import parley.fanout.memory.InMemoryBus;
import parley.presence.RedisFixture;
import parley.presence.due.DueWork;
import parley.presence.roster.EdgeSnapshot;
import parley.presence.roster.RoomPresence;
import parley.presence.roster.Roster;
import parley.presence.roster.UserComings;
import parley.presence.typing.Typing;
import parley.presence.user.ChangePublisher;
import parley.presence.user.Invisible;
import parley.presence.user.RecentChanges;
import parley.presence.user.Sightings;
import parley.presence.user.UserPresences;
import parley.process.Worker;
import parley.proto.chat.User;
import parley.proto.errors.ErrorCode;
import parley.proto.presence.ChangesAsked;
import parley.proto.presence.ConnectionOpened;
import parley.proto.presence.ConnectionState;
import parley.proto.presence.PresenceAsked;
import parley.proto.presence.PresenceEdgeFrame;
import parley.proto.presence.PresenceFrame;
import parley.proto.presence.PresenceHello;
import parley.proto.presence.PresenceRelayGrpc;
import parley.proto.presence.PresenceReply;
import parley.proto.presence.PresenceRequest;
import parley.proto.presence.Presences;
import parley.relay.ServiceServer;

/// An edge's stream, on a real connection and a real Redis.
@Timeout(60)
class EdgeStreamTest extends RedisFixture {

  private static final ServiceToken TOKEN = new ServiceToken("test-token");

  private final BlockingQueue<PresenceFrame> frames = new LinkedBlockingQueue<>();
  private final BlockingQueue<Throwable> ends = new LinkedBlockingQueue<>();
  private UserPresences users;
  private Sightings sightings;
  private ChangePublisher changes;
  private PresenceRelayService relay;
  private ServiceServer server;
  private ManagedChannel channel;
  private StreamObserver<PresenceEdgeFrame> edge;

  @BeforeEach
  void open() throws Exception {
    InMemoryBus bus = new InMemoryBus();
    Roster roster = new Roster(redis, 10_000);
    users = new UserPresences(redis, 60_000);
    DueWork due = new DueWork(redis);
    sightings = new Sightings(List.of(), TOKEN);
    RecentChanges recent = new RecentChanges(redis, users, 20_000);
    Invisible invisible = new Invisible(users);
    changes = new ChangePublisher(users, recent, due, bus, sightings);
    changes.start();
    RoomPresence rooms = new RoomPresence(roster, users, invisible, bus, due, 500);
    UserComings comings = new UserComings(roster, rooms, users, invisible, changes, due, 100);
    relay =
        new PresenceRelayService(
            roster,
            new EdgeSnapshot(roster, rooms, comings),
            comings,
            rooms,
            users,
            recent,
            new Typing(bus, due, invisible, 5_000));
    server = new ServiceServer("127.0.0.1", 0, TOKEN, List.of(relay));
    server.start();
    channel = NettyChannelBuilder.forAddress("127.0.0.1", server.port()).usePlaintext().build();
    edge =
        PresenceRelayGrpc.newStub(channel)
            .withCallCredentials(TOKEN.credentials())
            .relay(new Edge());
  }

  @AfterEach
  void close() {
    channel.shutdownNow();
    relay.close();
    server.close();
    changes.close();
    sightings.close();
  }

  private final class Edge implements StreamObserver<PresenceFrame> {
    @Override
    public void onNext(PresenceFrame frame) {
      frames.add(frame);
    }

    @Override
    public void onError(Throwable reason) {
      ends.add(reason);
    }

    @Override
    public void onCompleted() {
      ends.add(new IllegalStateException("completed"));
    }
  }

  private void part(int part, boolean last, String... connections) {
    PresenceHello.Builder hello =
        PresenceHello.newBuilder().setEdgeId("edge").setSnapshot(true).setPart(part).setLast(last);
    for (String connection : connections) {
      hello.addConnections(
          ConnectionState.newBuilder()
              .setConnectionId(connection)
              .setUser(User.newBuilder().setId("user-of-" + connection))
              .addRoomIds("room"));
    }
    edge.onNext(PresenceEdgeFrame.newBuilder().setHello(hello).build());
  }

  private PresenceReply asked(long id, PresenceRequest.Builder request) throws Exception {
    edge.onNext(PresenceEdgeFrame.newBuilder().addRequests(request.setId(id)).build());
    while (true) {
      PresenceFrame frame = frames.poll(20, TimeUnit.SECONDS);
      for (PresenceReply reply : frame.getRepliesList()) {
        if (reply.getId() == id) {
          return reply;
        }
      }
    }
  }

  private Set<String> connections() {
    return redis.keys("user_sockets:*").stream()
        .flatMap(user -> redis.smembers(user).stream())
        .collect(toSet());
  }

  private static PresenceRequest.Builder who(String user) {
    return PresenceRequest.newBuilder().setAsked(PresenceAsked.newBuilder().addUserIds(user));
  }

  @Test
  void theNodeGivesSignsOfLifeAlsoWithNothingToSay() throws Exception {
    for (int i = 0; i < 3; i++) {
      assertEquals(PresenceFrame.getDefaultInstance(), frames.poll(20, TimeUnit.SECONDS));
    }
  }

  @Test
  void aStreamThatEndsLeavesNoThreadThatAnybodyMisses() throws Exception {
    part(0, true, "a");
    assertTrue(asked(1, who("ana")).hasPresences());
    part(0, false, "a");
    part(2, true, "b"); // the stream ends by its own thread
    assertTrue(ends.poll(20, TimeUnit.SECONDS).getMessage().contains("hello is torn"));
    assertEquals(List.of(), Worker.failing());
  }

  @Test
  void aSnapshotInPartsIsOne() throws Exception {
    part(0, true, "old", "stays");
    assertTrue(asked(1, who("ana")).hasPresences());
    StreamObserver<PresenceEdgeFrame> first = edge;
    edge =
        PresenceRelayGrpc.newStub(channel)
            .withCallCredentials(TOKEN.credentials())
            .relay(new Edge());
    first.onCompleted();
    part(0, false, "stays");
    part(1, false, "a", "b");
    part(2, true, "c");
    assertTrue(asked(2, who("ana")).hasPresences());
    assertEquals(Set.of("stays", "a", "b", "c"), connections());
  }

  /// The node stood still with c2 in its queue, which ended meanwhile.
  @Test
  void whatAnEdgeSaidBeforeItWentElsewhereHasItTellAllAgain() throws Exception {
    part(0, true, "c1");
    assertTrue(asked(1, who("ana")).hasPresences());
    StreamObserver<PresenceEdgeFrame> former = edge;
    edge =
        PresenceRelayGrpc.newStub(channel)
            .withCallCredentials(TOKEN.credentials())
            .relay(new Edge());
    part(0, true, "c1");
    assertTrue(asked(2, who("ana")).hasPresences());
    Roster roster = new Roster(redis, 10_000);
    assertTrue(roster.renew(new EdgeId("edge")));
    former.onNext(
        PresenceEdgeFrame.newBuilder()
            .addRequests(
                PresenceRequest.newBuilder()
                    .setOpened(
                        ConnectionOpened.newBuilder()
                            .setConnectionId("c2")
                            .setUser(User.newBuilder().setId("user-of-c2"))))
            .build());
    Throwable end = ends.poll(20, TimeUnit.SECONDS);
    assertTrue(end != null && end.getMessage().contains("another stream"), () -> "" + end);
    assertFalse(roster.renew(new EdgeId("edge")), "the stream of now ends, too");
  }

  @Test
  void aSnapshotWithoutAPartIsNone() throws Exception {
    part(0, false, "a");
    part(2, true, "c");
    assertTrue(ends.poll(20, TimeUnit.SECONDS).getMessage().contains("hello is torn"));
  }

  @Test
  void aRequestThatFailsIsAnsweredAndItsStreamGoesOn() throws Exception {
    part(0, true, "a");
    assertTrue(asked(1, who("user-of-a")).hasPresences());
    redis.hset("presence_card:{broken}", "version", "no number");
    assertEquals(ErrorCode.INTERNAL, asked(2, who("broken")).getError().getCode());
    assertTrue(asked(3, who("user-of-a")).hasPresences());
    assertTrue(ends.isEmpty());
  }

  @Test
  void whatChangedIsToldPageByPage() throws Exception {
    part(0, true, "a");
    for (int i = 0; i < 2_500; i++) {
      redis.zadd("presence_recent", 1_000 + i, "user-" + i);
    }
    Presences.Builder all = Presences.newBuilder();
    long since = 999;
    int pages = 0;
    do {
      PresenceReply reply =
          asked(
              10 + pages++,
              PresenceRequest.newBuilder().setChanges(ChangesAsked.newBuilder().setSince(since)));
      all.addAllUsers(reply.getPresences().getUsersList());
      since = reply.getPresences().getMoreSince();
    } while (since != 0);
    assertTrue(pages > 1);
    long told =
        all.getUsersList().stream()
            .map(change -> change.getPresence().getUserId())
            .filter(user -> user.matches("user-\\d+"))
            .distinct()
            .count();
    assertEquals(2_500, told);
  }
}
