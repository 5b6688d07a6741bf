package parley.presence.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import parley.proto.presence.GetRoomUsersRequest;
import parley.proto.presence.GetRoomUsersResponse;

class PresenceApiTest {

  private final List<Status> failures = new ArrayList<>();

  private final StreamObserver<GetRoomUsersResponse> caller =
      new StreamObserver<>() {
        @Override
        public void onNext(GetRoomUsersResponse answer) {
          throw new AssertionError(answer);
        }

        @Override
        public void onError(Throwable failure) {
          failures.add(Status.fromThrowable(failure));
        }

        @Override
        public void onCompleted() {}
      };

  @Test
  void aFaultOfOursIsInternalWithAnIdAndNothingElse() {
    PresenceApi faulty = new PresenceApi(null, null, null);
    faulty.getRoomUsers(GetRoomUsersRequest.newBuilder().setRoomId("room").build(), caller);
    assertEquals(Status.Code.INTERNAL, failures.getFirst().getCode());
    String words = String.valueOf(failures.getFirst().getDescription());
    assertTrue(words.matches("Internal server error, [0-9a-f-]{36}"), words);
  }

  @Test
  void whoAsksForNoRoomIsToldSo() {
    PresenceApi api = new PresenceApi(null, null, null);
    api.getRoomUsers(GetRoomUsersRequest.getDefaultInstance(), caller);
    assertEquals(Status.Code.INVALID_ARGUMENT, failures.getFirst().getCode());
  }
}
