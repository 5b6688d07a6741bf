package parley.system;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import parley.contract.ServiceToken;
import parley.proto.api.CreateRoomRequest;
import parley.proto.api.GetUserRequest;
import parley.proto.api.ListMembersRequest;
import parley.proto.api.PutUserRequest;
import parley.proto.api.SendMessageRequest;
import parley.proto.api.SendMessageResponse;
import parley.proto.api.UsersGrpc;
import parley.proto.chat.Role;
import parley.proto.chat.RoomKind;
import parley.proto.chat.User;
import parley.proto.presence.GetRoomUsersRequest;
import parley.proto.presence.IsUserOnlineRequest;
import parley.proto.presence.PresenceGrpc;

@Timeout(120)
class InternalApiTest {

  private Parley parley;

  @BeforeEach
  void start() throws Exception {
    parley = Parley.shared();
  }

  private static void assertStatus(Status.Code code, Executable call) {
    assertEquals(code, assertThrows(StatusRuntimeException.class, call).getStatus().getCode());
  }

  @Test
  void callsWithoutTheServiceTokenAreTurnedAwayHealthIsNot() {
    assertStatus(
        Status.Code.UNAUTHENTICATED,
        () ->
            UsersGrpc.newBlockingStub(parley.channel())
                .getUser(GetUserRequest.newBuilder().setUserId("ana").build()));
    assertStatus(
        Status.Code.UNAUTHENTICATED,
        () ->
            UsersGrpc.newBlockingStub(parley.channel())
                .withCallCredentials(new ServiceToken("not the token").credentials())
                .getUser(GetUserRequest.newBuilder().setUserId("ana").build()));
    assertEquals(
        ServingStatus.SERVING,
        HealthGrpc.newBlockingStub(parley.channel())
            .check(HealthCheckRequest.getDefaultInstance())
            .getStatus());
  }

  @Test
  void badArgumentsGetTheirStatus() {
    String user = parley.user("u");
    assertStatus(
        Status.Code.NOT_FOUND,
        () -> parley.users().getUser(GetUserRequest.newBuilder().setUserId("nobody").build()));
    assertStatus(
        Status.Code.INVALID_ARGUMENT,
        () -> parley.users().getUser(GetUserRequest.newBuilder().setUserId("no body").build()));
    assertStatus(
        Status.Code.INVALID_ARGUMENT,
        () ->
            parley
                .users()
                .putUser(
                    PutUserRequest.newBuilder()
                        .setUser(User.newBuilder().setId("system").setUsername("x"))
                        .build()));
    assertStatus(
        Status.Code.INVALID_ARGUMENT,
        () -> parley.rooms().createRoom(CreateRoomRequest.newBuilder().setName("x").build()));
    assertStatus(
        Status.Code.NOT_FOUND,
        () ->
            parley
                .rooms()
                .createRoom(
                    CreateRoomRequest.newBuilder()
                        .setKind(RoomKind.GROUP)
                        .addMemberIds("nobody")
                        .build()));
    assertStatus(Status.Code.NOT_FOUND, () -> parley.add("no-room", user, Role.MEMBER));
    String room = parley.room();
    assertStatus(Status.Code.PERMISSION_DENIED, () -> parley.send(room, user, "not a member"));
    assertStatus(Status.Code.INVALID_ARGUMENT, () -> parley.send(room, user, ""));
    assertStatus(
        Status.Code.ALREADY_EXISTS,
        () ->
            parley
                .rooms()
                .createRoom(
                    CreateRoomRequest.newBuilder().setRoomId(room).setKind(RoomKind.OPEN).build()));
  }

  @Test
  void aRepeatedSendIsOneMessage() {
    String user = parley.user("u");
    SendMessageRequest request =
        SendMessageRequest.newBuilder()
            .setRoomId(parley.room(user))
            .setUserId(user)
            .setContent("hello")
            .setClientMessageId("api-1")
            .build();
    SendMessageResponse first = parley.messages().sendMessage(request);
    SendMessageResponse repeat = parley.messages().sendMessage(request);
    assertTrue(repeat.getDuplicate());
    assertFalse(repeat.getConflict());
    assertEquals(first.getMessage(), repeat.getMessage());
    SendMessageResponse other =
        parley.messages().sendMessage(request.toBuilder().setContent("another").build());
    assertTrue(other.getDuplicate() && other.getConflict());
    assertEquals(first.getMessage(), other.getMessage());
  }

  @Test
  void membersAreListedInPages() {
    String a = parley.user("a");
    String b = parley.user("b");
    String c = parley.user("c");
    String room = parley.room(c, a, b);
    var first =
        parley
            .rooms()
            .listMembers(ListMembersRequest.newBuilder().setRoomId(room).setLimit(2).build());
    assertEquals(2, first.getMembersCount());
    var rest =
        parley
            .rooms()
            .listMembers(
                ListMembersRequest.newBuilder()
                    .setRoomId(room)
                    .setAfterUserId(first.getMembers(1).getUserId())
                    .build());
    assertEquals(c, rest.getMembers(0).getUserId());
  }

  @Test
  void presenceAnswersWhoIsOnlineAndWhere() throws Exception {
    String user = parley.user("u");
    String room = parley.room(user);
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", parley.cluster.options().ports().presence(0))
            .usePlaintext()
            .build();
    try (ChatClient client = parley.connect(0, user)) {
      client.join(room);
      PresenceGrpc.PresenceBlockingStub presence =
          PresenceGrpc.newBlockingStub(channel)
              .withCallCredentials(
                  new ServiceToken(parley.cluster.options().serviceToken()).credentials());
      assertEquals(
          user,
          presence
              .getRoomUsers(GetRoomUsersRequest.newBuilder().setRoomId(room).build())
              .getUserIds(0));
      IsUserOnlineRequest question = IsUserOnlineRequest.newBuilder().setUserId(user).build();
      assertTrue(presence.isUserOnline(question).getOnline());
      client.close();
      await().until(() -> !presence.isUserOnline(question).getOnline());
    } finally {
      channel.shutdownNow();
    }
  }
}
