package parley.core.api;

import io.grpc.stub.StreamObserver;
import parley.contract.RefusedException;
import parley.contract.UserId;
import parley.core.user.Users;
import parley.proto.api.GetUserRequest;
import parley.proto.api.PutUserRequest;
import parley.proto.api.UsersGrpc;
import parley.proto.chat.User;
import parley.proto.errors.ErrorCode;

/// See `Users` in api.proto.
public final class UsersApi extends UsersGrpc.UsersImplBase {

  private static final int LONGEST_NAME = 100;

  private final Users users;

  public UsersApi(Users users) {
    this.users = users;
  }

  @Override
  public void putUser(PutUserRequest request, StreamObserver<User> caller) {
    ApiCall.answer(caller, () -> users.put(checked(request.getUser())));
  }

  @Override
  public void getUser(GetUserRequest request, StreamObserver<User> caller) {
    ApiCall.answer(
        caller,
        () ->
            users
                .find(new UserId(request.getUserId()))
                .orElseThrow(() -> new RefusedException(ErrorCode.NOT_FOUND)));
  }

  private static User checked(User user) {
    UserId id = new UserId(user.getId());
    if (id.equals(parley.core.log.LogEntry.SYSTEM)) {
      throw new RefusedException(ErrorCode.INVALID_ARGUMENT, "the id \"system\" is taken");
    }
    String name = user.getUsername();
    if (name.isBlank() || name.length() > LONGEST_NAME) {
      throw new RefusedException(
          ErrorCode.INVALID_ARGUMENT, "username must have 1 to 100 characters");
    }
    return user;
  }
}
