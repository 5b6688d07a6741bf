package parley.launcher;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import parley.contract.ServiceToken;
import parley.proto.api.AddMemberRequest;
import parley.proto.api.CreateRoomRequest;
import parley.proto.api.PutUserRequest;
import parley.proto.api.RoomsGrpc;
import parley.proto.api.UsersGrpc;
import parley.proto.chat.Role;
import parley.proto.chat.RoomKind;
import parley.proto.chat.User;

/// Demo users and rooms, made through the internal API; a repeat changes nothing.
final class Seeds {

  static final List<String> USERS = List.of("ana", "ben", "cleo", "dan");

  private Seeds() {}

  static void plant(Options options) {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", options.ports().core(0)).usePlaintext().build();
    try {
      plant(channel, new ServiceToken(options.serviceToken()));
    } finally {
      channel.shutdownNow();
    }
  }

  private static void plant(ManagedChannel channel, ServiceToken token) {
    UsersGrpc.UsersBlockingStub users =
        UsersGrpc.newBlockingStub(channel)
            .withCallCredentials(token.credentials())
            .withWaitForReady()
            .withDeadlineAfter(30, TimeUnit.SECONDS);
    RoomsGrpc.RoomsBlockingStub rooms =
        RoomsGrpc.newBlockingStub(channel)
            .withCallCredentials(token.credentials())
            .withDeadlineAfter(30, TimeUnit.SECONDS);
    for (String id : USERS) {
      String name = id.substring(0, 1).toUpperCase(Locale.ROOT) + id.substring(1);
      var unused =
          users.putUser(
              PutUserRequest.newBuilder()
                  .setUser(User.newBuilder().setId(id).setUsername(name).setActive(true))
                  .build());
    }
    room(rooms, "project", "Project X", List.of("ana", "ben"));
    room(rooms, "random", "Random", USERS);
    room(rooms, "general", "General", USERS); // the last made is the first in the list
    var unused =
        rooms.addMember(
            AddMemberRequest.newBuilder()
                .setRoomId("general")
                .setUserId("ana")
                .setRole(Role.MODERATOR)
                .build());
  }

  private static void room(
      RoomsGrpc.RoomsBlockingStub rooms, String id, String name, List<String> members) {
    if (id.equals("general") && exists(rooms, id)) {
      return; // its first member has another role by now
    }
    var unused =
        rooms.createRoom(
            CreateRoomRequest.newBuilder()
                .setRoomId(id)
                .setKind(RoomKind.GROUP)
                .setName(name)
                .addAllMemberIds(members)
                .build());
  }

  private static boolean exists(RoomsGrpc.RoomsBlockingStub rooms, String id) {
    try {
      var unused =
          rooms.getRoom(parley.proto.api.GetRoomRequest.newBuilder().setRoomId(id).build());
      return true;
    } catch (io.grpc.StatusRuntimeException e) {
      return false;
    }
  }
}
