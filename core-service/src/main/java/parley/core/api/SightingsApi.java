package parley.core.api;

import io.grpc.stub.StreamObserver;
import parley.contract.RefusedException;
import parley.contract.UserId;
import parley.core.user.Users;
import parley.proto.api.RecordSightingsRequest;
import parley.proto.api.RecordSightingsResponse;
import parley.proto.api.SightingsGrpc;
import parley.proto.errors.ErrorCode;

/// See `Sightings` in api.proto.
public final class SightingsApi extends SightingsGrpc.SightingsImplBase {

  private static final int MOST = 1_000;

  private final Users users;

  public SightingsApi(Users users) {
    this.users = users;
  }

  @Override
  public void recordSightings(
      RecordSightingsRequest request, StreamObserver<RecordSightingsResponse> caller) {
    ApiCall.answer(
        caller,
        () -> {
          if (request.getSightingsCount() > MOST) {
            throw new RefusedException(ErrorCode.INVALID_ARGUMENT, "at most 1,000 at once");
          }
          users.see(
              request.getSightingsList().stream()
                  .map(
                      seen ->
                          new Users.Sighting(
                              new UserId(seen.getUserId()),
                              seen.getOnline(),
                              seen.getSeenAtMs(),
                              seen.getVersion()))
                  .toList());
          return RecordSightingsResponse.getDefaultInstance();
        });
  }
}
