package parley.core.api;

import io.grpc.stub.StreamObserver;
import parley.contract.RefusedException;
import parley.contract.UserId;
import parley.core.friend.Friends;
import parley.core.user.Users;
import parley.proto.api.FriendshipRequest;
import parley.proto.api.FriendshipResponse;
import parley.proto.api.FriendshipsGrpc;
import parley.proto.api.ListFriendsRequest;
import parley.proto.api.ListFriendsResponse;
import parley.proto.errors.ErrorCode;

/// See `Friendships` in api.proto.
public final class FriendshipsApi extends FriendshipsGrpc.FriendshipsImplBase {

  private static final int MOST_LISTED = 10_000;

  private final Friends friends;
  private final Users users;

  public FriendshipsApi(Friends friends, Users users) {
    this.friends = friends;
    this.users = users;
  }

  @Override
  public void addFriendship(FriendshipRequest request, StreamObserver<FriendshipResponse> caller) {
    ApiCall.answer(
        caller,
        () -> {
          UserId one = existing(request.getUserId());
          UserId other = existing(request.getFriendId());
          if (one.equals(other)) {
            throw new RefusedException(
                ErrorCode.INVALID_ARGUMENT, "nobody is a friend of themselves");
          }
          return FriendshipResponse.newBuilder().setChanged(friends.add(one, other)).build();
        });
  }

  private UserId existing(String id) {
    UserId user = new UserId(id);
    if (users.find(user).isEmpty()) {
      throw new RefusedException(ErrorCode.NOT_FOUND);
    }
    return user;
  }

  @Override
  public void removeFriendship(
      FriendshipRequest request, StreamObserver<FriendshipResponse> caller) {
    ApiCall.answer(
        caller,
        () ->
            FriendshipResponse.newBuilder()
                .setChanged(
                    friends.remove(
                        new UserId(request.getUserId()), new UserId(request.getFriendId())))
                .build());
  }

  @Override
  public void listFriends(ListFriendsRequest request, StreamObserver<ListFriendsResponse> caller) {
    ApiCall.answer(
        caller,
        () ->
            ListFriendsResponse.newBuilder()
                .addAllFriendIds(friends.of(new UserId(request.getUserId()), MOST_LISTED))
                .build());
  }
}
