package parley.core.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import parley.contract.Errors;
import parley.contract.RoomId;
import parley.contract.UserId;
import parley.core.log.LogStore.Appended;
import parley.core.log.LogStore.Written;
import parley.embedded.mongo.EmbeddedMongo;
import parley.proto.chat.Role;
import parley.proto.chat.RoomKind;

/// What a sender is told when the store says two things of one write.
@Timeout(60)
class LaneAppendTest {

  private static final UserId ANA = new UserId("ana");

  @TempDir Path folder;
  private EmbeddedMongo mongo;
  private final RoomId room = new RoomId("room-" + UUID.randomUUID());

  @BeforeEach
  void start() throws Exception {
    mongo = EmbeddedMongo.start(folder, 0, false);
    try (LogNode node = new LogNode(mongo.uri(), writer -> writer, projector -> projector)) {
      node.database.createIndexes();
      node.rooms.create(room, RoomKind.GROUP, "Room");
      node.done(room, LogEntry.SYSTEM, "", new Command.AddMember(ANA, Role.MEMBER));
    }
  }

  @AfterEach
  void stop() {
    mongo.close();
  }

  private static Command post() {
    return new Command.Post(new Change.Posted("text", "hello", List.of(), ""));
  }

  /// The first attempt is on its way when the second one is refused.
  @Test
  void whatMayStillArriveHasNotFailed() throws Exception {
    AtomicInteger attempts = new AtomicInteger();
    try (LogNode node =
        new LogNode(
            mongo.uri(),
            writer ->
                entries ->
                    new Appended(
                        0, attempts.getAndIncrement() == 0 ? Written.UNKNOWN : Written.REFUSED),
            projector -> projector)) {
      Outcome outcome = node.submit(room, ANA, "1", post()).get();
      Outcome.Refused refused = assertInstanceOf(Outcome.Refused.class, outcome);
      assertTrue(Errors.retryable(refused.error().getCode()), "it may be there, so: ask again");
      assertEquals(2, attempts.get());
    }
  }
}
