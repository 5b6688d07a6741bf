package parley.presence.api;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.function.Supplier;
import parley.contract.InvalidIdException;
import parley.contract.RoomId;
import parley.contract.UserId;
import parley.presence.roster.Roster;
import parley.proto.presence.GetRoomUsersRequest;
import parley.proto.presence.GetRoomUsersResponse;
import parley.proto.presence.IsUserOnlineRequest;
import parley.proto.presence.IsUserOnlineResponse;
import parley.proto.presence.PresenceGrpc;
import redis.clients.jedis.exceptions.JedisException;

/// See `Presence` in presence.proto.
public final class PresenceApi extends PresenceGrpc.PresenceImplBase {

  private static final System.Logger LOG = System.getLogger(PresenceApi.class.getName());

  private final Roster roster;

  public PresenceApi(Roster roster) {
    this.roster = roster;
  }

  @Override
  public void getRoomUsers(
      GetRoomUsersRequest request, StreamObserver<GetRoomUsersResponse> caller) {
    answer(
        caller,
        () -> {
          Roster.InRoom inRoom = roster.inRoom(new RoomId(request.getRoomId()).value());
          return GetRoomUsersResponse.newBuilder()
              .addAllUserIds(inRoom.users())
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
          int connections = roster.connections(new UserId(request.getUserId()).value());
          return IsUserOnlineResponse.newBuilder()
              .setOnline(connections > 0)
              .setConnections(connections)
              .build();
        });
  }

  private static <R> void answer(StreamObserver<R> caller, Supplier<R> call) {
    R response;
    try {
      response = call.get();
    } catch (InvalidIdException e) {
      caller.onError(Status.INVALID_ARGUMENT.withDescription(e.getMessage()).asException());
      return;
    } catch (JedisException e) {
      LOG.log(System.Logger.Level.WARNING, "call failed: {0}", e.toString());
      caller.onError(Status.UNAVAILABLE.asException());
      return;
    }
    caller.onNext(response);
    caller.onCompleted();
  }
}
