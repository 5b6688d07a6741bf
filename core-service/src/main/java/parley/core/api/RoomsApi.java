package parley.core.api;

import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.UUID;
import parley.contract.RefusedException;
import parley.contract.RoomId;
import parley.contract.UserId;
import parley.core.log.Command;
import parley.core.log.History;
import parley.core.room.Projected;
import parley.core.room.Rooms;
import parley.core.room.StoredRoom;
import parley.core.user.Users;
import parley.proto.api.AddMemberRequest;
import parley.proto.api.CreateRoomRequest;
import parley.proto.api.GetRoomRequest;
import parley.proto.api.ListMembersRequest;
import parley.proto.api.ListMembersResponse;
import parley.proto.api.Member;
import parley.proto.api.MembershipResponse;
import parley.proto.api.RemoveMemberRequest;
import parley.proto.api.RoomsGrpc;
import parley.proto.chat.Role;
import parley.proto.chat.Room;
import parley.proto.chat.RoomKind;
import parley.proto.errors.ErrorCode;

/// See `Rooms` in api.proto.
public final class RoomsApi extends RoomsGrpc.RoomsImplBase {

  private static final int LONGEST_NAME = 200;
  private static final int FIRST_MEMBERS = 1_000;
  private static final int DEFAULT_PAGE = 100;
  private static final int LARGEST_PAGE = 1_000;

  private final Rooms rooms;
  private final Users users;
  private final Projected projected;
  private final Appends appends;

  public RoomsApi(Rooms rooms, Users users, Projected projected, Appends appends) {
    this.rooms = rooms;
    this.projected = projected;
    this.users = users;
    this.appends = appends;
  }

  @Override
  public void createRoom(CreateRoomRequest request, StreamObserver<Room> caller) {
    ApiCall.answer(caller, () -> create(request));
  }

  @Override
  public void getRoom(GetRoomRequest request, StreamObserver<Room> caller) {
    ApiCall.answer(caller, () -> existing(new RoomId(request.getRoomId())).toProto());
  }

  @Override
  public void addMember(AddMemberRequest request, StreamObserver<MembershipResponse> caller) {
    ApiCall.answer(
        caller,
        () -> {
          StoredRoom room = existing(new RoomId(request.getRoomId()));
          UserId user = existingUser(request.getUserId());
          if (room.kind() == RoomKind.DIRECT) {
            throw new RefusedException(
                ErrorCode.INVALID_ARGUMENT, "a direct room has its two members for ever");
          }
          Role role = request.getRole() == Role.MODERATOR ? Role.MODERATOR : Role.MEMBER;
          return position(appends.bySystem(room.id(), new Command.AddMember(user, role)));
        });
  }

  @Override
  public void removeMember(RemoveMemberRequest request, StreamObserver<MembershipResponse> caller) {
    ApiCall.answer(
        caller,
        () -> {
          StoredRoom room = existing(new RoomId(request.getRoomId()));
          UserId user = new UserId(request.getUserId());
          return position(appends.bySystem(room.id(), new Command.RemoveMember(user)));
        });
  }

  @Override
  public void listMembers(ListMembersRequest request, StreamObserver<ListMembersResponse> caller) {
    ApiCall.answer(
        caller,
        () -> {
          RoomId room =
              projected
                  .current(new RoomId(request.getRoomId()))
                  .orElseThrow(() -> new RefusedException(ErrorCode.NOT_FOUND))
                  .room()
                  .id();
          int limit =
              request.getLimit() == 0
                  ? DEFAULT_PAGE
                  : History.atMost(request.getLimit(), LARGEST_PAGE);
          ListMembersResponse.Builder response = ListMembersResponse.newBuilder();
          rooms
              .memberships()
              .in(room, request.getAfterUserId(), limit)
              .forEach(
                  member ->
                      response.addMembers(
                          Member.newBuilder()
                              .setUserId(member.user().value())
                              .setRole(member.role())
                              .setJoinedAtMs(member.joinedAtMs())));
          return response.build();
        });
  }

  private Room create(CreateRoomRequest request) {
    List<UserId> members =
        request.getMemberIdsList().stream().map(this::existingUser).distinct().toList();
    RoomId id = idFor(request, members);
    StoredRoom room = rooms.create(id, request.getKind(), request.getName());
    if (room.kind() != request.getKind()) {
      throw new RefusedException(ErrorCode.ALREADY_EXISTS);
    }
    for (UserId member : members) {
      appends.bySystem(id, new Command.AddMember(member, Role.MEMBER));
    }
    return room.toProto();
  }

  private static RoomId idFor(CreateRoomRequest request, List<UserId> members) {
    if (request.getName().length() > LONGEST_NAME || members.size() > FIRST_MEMBERS) {
      throw new RefusedException(
          ErrorCode.INVALID_ARGUMENT, "at most 200 characters of name and 1,000 first members");
    }
    return switch (request.getKind()) {
      case DIRECT -> {
        if (members.size() != 2) {
          throw new RefusedException(
              ErrorCode.INVALID_ARGUMENT, "a direct room has exactly two members");
        }
        yield RoomId.direct(members.get(0), members.get(1));
      }
      case GROUP, OPEN -> {
        String id =
            request.getRoomId().isEmpty() ? UUID.randomUUID().toString() : request.getRoomId();
        if (id.startsWith("dm:")) {
          throw new RefusedException(
              ErrorCode.INVALID_ROOM_ID, "ids that begin with dm: are of direct rooms");
        }
        yield new RoomId(id);
      }
      case ROOM_KIND_UNSPECIFIED, UNRECOGNIZED ->
          throw new RefusedException(ErrorCode.INVALID_ARGUMENT, "kind is missing");
    };
  }

  private StoredRoom existing(RoomId id) {
    return rooms.find(id).orElseThrow(() -> new RefusedException(ErrorCode.NOT_FOUND));
  }

  private UserId existingUser(String id) {
    UserId user = new UserId(id);
    if (users.find(user).isEmpty()) {
      throw new RefusedException(ErrorCode.NOT_FOUND, "no such user");
    }
    return user;
  }

  private static MembershipResponse position(long seq) {
    return MembershipResponse.newBuilder().setSeq(seq).build();
  }
}
