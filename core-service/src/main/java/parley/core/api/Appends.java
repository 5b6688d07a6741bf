package parley.core.api;

import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import parley.contract.RefusedException;
import parley.contract.RoomId;
import parley.contract.UserId;
import parley.core.log.Command;
import parley.core.log.LogEntry;
import parley.core.log.Outcome;
import parley.core.log.RequestName;
import parley.core.log.RoomLog;
import parley.core.log.Submission;
import parley.proto.errors.ErrorCode;

/// Appends for callers that wait: 5 s at most.
public final class Appends {

  private static final long DEADLINE_SECONDS = 5;

  private final RoomLog log;

  public Appends(RoomLog log) {
    this.log = log;
  }

  /// Records a message of a user; blocks until it is durable.
  ///
  /// @throws RefusedException when it is not
  Outcome.Appended post(
      RoomId room, UserId sender, String clientMessageId, Command.Post post, @Nullable UserId to) {
    RequestName name = RequestName.of(clientMessageId, "api:" + UUID.randomUUID());
    Outcome outcome = submit(room, sender, name, post, to);
    if (outcome instanceof Outcome.Appended appended) {
      return appended;
    }
    throw new RefusedException(ErrorCode.INTERNAL);
  }

  /// Records what the system says of a room.
  ///
  /// @return the position, 0 when nothing had to change
  /// @throws RefusedException when it failed
  public long bySystem(RoomId room, Command command) {
    RequestName name = RequestName.minted("s:" + UUID.randomUUID());
    return submit(room, LogEntry.SYSTEM, name, command, null) instanceof Outcome.Appended appended
        ? appended.event().getSeq()
        : 0;
  }

  private Outcome submit(
      RoomId room, UserId sender, RequestName name, Command command, @Nullable UserId receiver) {
    BlockingQueue<Outcome> answer = new ArrayBlockingQueue<>(1);
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
    log.submit(room, new Submission(sender, name, command, receiver, deadline, answer::offer));
    Outcome outcome;
    try {
      outcome = answer.poll(DEADLINE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RefusedException(ErrorCode.UNAVAILABLE);
    }
    if (outcome == null) {
      throw new RefusedException(ErrorCode.DEADLINE_EXCEEDED);
    }
    if (outcome instanceof Outcome.Refused refused) {
      throw new RefusedException(refused.error());
    }
    return outcome;
  }
}
