package parley.presence.api;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.function.Supplier;
import parley.contract.InvalidIdException;
import parley.contract.RoomId;
import parley.contract.UserId;
import parley.presence.roster.RoomPresence;
import parley.presence.roster.Roster;
import parley.presence.user.UserPresences;
import parley.proto.presence.GetPresenceRequest;
import parley.proto.presence.GetPresenceResponse;
import parley.proto.presence.GetRoomUsersRequest;
import parley.proto.presence.GetRoomUsersResponse;
import parley.proto.presence.IsUserOnlineRequest;
import parley.proto.presence.IsUserOnlineResponse;
import parley.proto.presence.PresenceGrpc;
import parley.proto.presence.UserPresence;
import parley.relay.UnaryCall;
import redis.clients.jedis.exceptions.JedisException;

/// See `Presence` in presence.proto.
public final class PresenceApi extends PresenceGrpc.PresenceImplBase {

  private static final int MOST_ASKED = 500;

  private final RoomPresence rooms;
  private final UserPresences users;
  private final Watchers watchers;

  public PresenceApi(RoomPresence rooms, UserPresences users, Watchers watchers) {
    this.rooms = rooms;
    this.users = users;
    this.watchers = watchers;
  }

  @Override
  public void getRoomUsers(
      GetRoomUsersRequest request, StreamObserver<GetRoomUsersResponse> caller) {
    answer(
        caller,
        () -> {
          Roster.InRoom inRoom = rooms.inRoom(new RoomId(request.getRoomId()));
          return GetRoomUsersResponse.newBuilder()
              .addAllUserIds(inRoom.users().stream().map(UserId::value).toList())
              .setCount(inRoom.count())
              .build();
        });
  }

  @Override
  public void isUserOnline(
      IsUserOnlineRequest request, StreamObserver<IsUserOnlineResponse> caller) {
    answer(
        caller,
        () -> {
          int connections = users.connections(new UserId(request.getUserId()));
          return IsUserOnlineResponse.newBuilder()
              .setOnline(connections > 0)
              .setConnections(connections)
              .build();
        });
  }

  @Override
  public void getPresence(GetPresenceRequest request, StreamObserver<GetPresenceResponse> caller) {
    answer(
        caller,
        () -> GetPresenceResponse.newBuilder().addAllUsers(users.of(checked(request))).build());
  }

  @Override
  public void watchPresence(GetPresenceRequest request, StreamObserver<UserPresence> caller) {
    try {
      watchers.watch(checked(request), (ServerCallStreamObserver<UserPresence>) caller);
    } catch (InvalidIdException e) {
      caller.onError(Status.INVALID_ARGUMENT.withDescription(e.getMessage()).asException());
    } catch (JedisException e) {
      caller.onError(Status.UNAVAILABLE.asException());
    }
  }

  private static List<UserId> checked(GetPresenceRequest request) {
    if (request.getUserIdsCount() == 0 || request.getUserIdsCount() > MOST_ASKED) {
      throw new InvalidIdException("1 to 500 users can be asked for");
    }
    return request.getUserIdsList().stream().map(UserId::new).toList();
  }

  private static <R> void answer(StreamObserver<R> caller, Supplier<R> call) {
    UnaryCall.answer(caller, JedisException.class, call);
  }
}
