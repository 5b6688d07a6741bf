package parley.system;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import parley.contract.ServiceToken;
import parley.contract.UserId;
import parley.edge.auth.DemoTokens;
import parley.launcher.LocalCluster;
import parley.launcher.Options;
import parley.proto.api.AddMemberRequest;
import parley.proto.api.CreateRoomRequest;
import parley.proto.api.FriendshipRequest;
import parley.proto.api.FriendshipsGrpc;
import parley.proto.api.MessagesGrpc;
import parley.proto.api.PutUserRequest;
import parley.proto.api.ReceiptsGrpc;
import parley.proto.api.RemoveMemberRequest;
import parley.proto.api.RoomsGrpc;
import parley.proto.api.SendMessageRequest;
import parley.proto.api.UsersGrpc;
import parley.proto.chat.Message;
import parley.proto.chat.Role;
import parley.proto.chat.RoomKind;
import parley.proto.chat.User;
import parley.proto.presence.PresenceGrpc;

/// A running Parley and its internal API, for tests.
public final class Parley implements AutoCloseable {

  private static Parley shared;
  private static Parley recovering;

  public final LocalCluster cluster;
  private final ManagedChannel channel;
  private final ManagedChannel presenceChannel;
  private final ServiceToken token;

  private Parley(LocalCluster cluster) {
    this.cluster = cluster;
    this.presenceChannel =
        NettyChannelBuilder.forAddress("127.0.0.1", cluster.options().ports().presence(0))
            .usePlaintext()
            .build();
    this.channel =
        NettyChannelBuilder.forAddress("127.0.0.1", cluster.options().ports().core(0))
            .usePlaintext()
            .build();
    this.token = new ServiceToken(cluster.options().serviceToken());
  }

  /// One for all tests that break nothing; each makes its own users and rooms.
  static synchronized Parley shared() throws Exception {
    if (shared == null) {
      Parley started = start(Files.createTempDirectory("parley"), options -> options);
      Runtime.getRuntime().addShutdownHook(new Thread(started::close));
      shared = started;
    }
    return shared;
  }

  /// One for all tests of recovery, with two core nodes. They kill and pause its processes, and
  /// leave it whole.
  static synchronized Parley recovering() throws Exception {
    if (recovering == null) {
      Parley started =
          start(
              Files.createTempDirectory("parley"),
              options ->
                  options
                      .with("--rate-limit", "off")
                      .with("--cores", "2")
                      .with("--set", "RECOVERY_EVENTS=300;SOCKET_PING_INTERVAL=1000"));
      Runtime.getRuntime().addShutdownHook(new Thread(started::close));
      recovering = started;
    }
    return recovering;
  }

  /// One of the test's own.
  public static Parley start(Path data, UnaryOperator<Options> change) throws Exception {
    return start(options(data), change);
  }

  /// One with these options.
  public static Parley start(Options options, UnaryOperator<Options> change) throws Exception {
    LocalCluster cluster = new LocalCluster(change.apply(options));
    try {
      cluster.start();
    } catch (IOException e) {
      cluster.close();
      throw e;
    }
    return new Parley(cluster);
  }

  /// Processes that live for seconds have no use for the second compiler, which would take most of
  /// two cores from those that work.
  public static final String BRIEF = "-XX:TieredStopAtLevel=1";

  private static final int LOWEST_PORT = 10_000;
  private static final int HIGHEST_PORT = 30_000;

  public static Options options(Path data) {
    int base = freePorts(12);
    return Options.defaults()
        .with("--data", data.toString())
        .with("--jvm", BRIEF)
        .with("--port", Integer.toString(base))
        .with("--internal-port", Integer.toString(base + 4));
  }

  /// The first of so many neighbouring ports that are free. They are below those that systems give
  /// to whoever connects: a process that is started again finds its port as it left it.
  private static int freePorts(int count) {
    while (true) {
      int base = ThreadLocalRandom.current().nextInt(LOWEST_PORT, HIGHEST_PORT - count);
      if (allFree(base, count)) {
        return base;
      }
    }
  }

  private static boolean allFree(int base, int count) {
    for (int i = 0; i < count; i++) {
      try (ServerSocket probe = new ServerSocket(base + i)) {
        probe.getLocalPort();
      } catch (IOException taken) {
        return false;
      }
    }
    return true;
  }

  public String url(int edge) {
    return cluster.edgeUrl(edge);
  }

  public String token(String user) {
    return new DemoTokens(cluster.options().jwtSecret())
        .sign(new UserId(user), Instant.now().getEpochSecond() + 3_600);
  }

  UsersGrpc.UsersBlockingStub users() {
    return UsersGrpc.newBlockingStub(channel)
        .withCallCredentials(token.credentials())
        .withWaitForReady()
        .withDeadlineAfter(20, TimeUnit.SECONDS);
  }

  RoomsGrpc.RoomsBlockingStub rooms() {
    return RoomsGrpc.newBlockingStub(channel)
        .withCallCredentials(token.credentials())
        .withWaitForReady()
        .withDeadlineAfter(20, TimeUnit.SECONDS);
  }

  public MessagesGrpc.MessagesBlockingStub messages() {
    return MessagesGrpc.newBlockingStub(channel)
        .withCallCredentials(token.credentials())
        .withWaitForReady()
        .withDeadlineAfter(20, TimeUnit.SECONDS);
  }

  PresenceGrpc.PresenceBlockingStub presence() {
    return PresenceGrpc.newBlockingStub(presenceChannel)
        .withCallCredentials(token.credentials())
        .withWaitForReady()
        .withDeadlineAfter(20, TimeUnit.SECONDS);
  }

  PresenceGrpc.PresenceStub watching() {
    return PresenceGrpc.newStub(presenceChannel).withCallCredentials(token.credentials());
  }

  ReceiptsGrpc.ReceiptsBlockingStub receipts() {
    return ReceiptsGrpc.newBlockingStub(channel)
        .withCallCredentials(token.credentials())
        .withWaitForReady()
        .withDeadlineAfter(20, TimeUnit.SECONDS);
  }

  FriendshipsGrpc.FriendshipsBlockingStub friendships() {
    return FriendshipsGrpc.newBlockingStub(channel)
        .withCallCredentials(token.credentials())
        .withWaitForReady()
        .withDeadlineAfter(20, TimeUnit.SECONDS);
  }

  void befriend(String one, String other) {
    friendships()
        .addFriendship(FriendshipRequest.newBuilder().setUserId(one).setFriendId(other).build());
  }

  void unfriend(String one, String other) {
    friendships()
        .removeFriendship(FriendshipRequest.newBuilder().setUserId(one).setFriendId(other).build());
  }

  ManagedChannel channel() {
    return channel;
  }

  /// A new user with a name of its own.
  public String user(String name) {
    String id = name + "-" + UUID.randomUUID().toString().substring(0, 8);
    users()
        .putUser(
            PutUserRequest.newBuilder()
                .setUser(User.newBuilder().setId(id).setUsername(name).setActive(true))
                .build());
    return id;
  }

  /// A new group of these members.
  public String room(String... members) {
    CreateRoomRequest.Builder request =
        CreateRoomRequest.newBuilder().setKind(RoomKind.GROUP).setName("Group");
    for (String member : members) {
      request.addMemberIds(member);
    }
    return rooms().createRoom(request.build()).getId();
  }

  /// Makes a user a member of a room.
  public void add(String room, String user, Role role) {
    rooms()
        .addMember(
            AddMemberRequest.newBuilder().setRoomId(room).setUserId(user).setRole(role).build());
  }

  /// Takes a user out of a room.
  public void remove(String room, String user) {
    rooms().removeMember(RemoveMemberRequest.newBuilder().setRoomId(room).setUserId(user).build());
  }

  Message send(String room, String user, String content) {
    return messages()
        .sendMessage(
            SendMessageRequest.newBuilder()
                .setRoomId(room)
                .setUserId(user)
                .setContent(content)
                .build())
        .getMessage();
  }

  /// A connected client of a user.
  ChatClient connect(int edge, String user) throws Exception {
    return ChatClient.connect(url(edge), token(user));
  }

  /// What an edge answers to a GET; 0 = nothing.
  public int status(int edge, String path) {
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(url(edge) + path))
              .timeout(Duration.ofSeconds(2))
              .build();
      return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    } catch (IOException e) {
      return 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 0;
    }
  }

  @Override
  public void close() {
    channel.shutdownNow();
    presenceChannel.shutdownNow();
    cluster.close();
  }
}
