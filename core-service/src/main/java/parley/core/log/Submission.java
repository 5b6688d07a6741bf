package parley.core.log;

import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import parley.contract.Errors;
import parley.contract.MessageId;
import parley.contract.UserId;
import parley.proto.chat.Attachment;
import parley.proto.errors.ErrorCode;

/// A command on its way through a lane. Answered exactly once.
public final class Submission {

  private static final System.Logger LOG = System.getLogger(Submission.class.getName());

  final UserId sender;
  final RequestName name;
  final Command command;
  final @Nullable UserId receiver;
  final long deadlineNanos;
  private final Consumer<Outcome> answer;
  private Runnable whenAnswered = () -> {};
  private String key = ""; // the lane's thread's, as is what follows
  private boolean answered;

  /// @param name by which a repeat of the request is known
  /// @param receiver the other user, when the room is direct and may have to be made
  /// @param deadlineNanos on {@link System#nanoTime}'s clock; not begun by then, it is dropped
  /// @param answer called by the lane's thread; must not block
  public Submission(
      UserId sender,
      RequestName name,
      Command command,
      @Nullable UserId receiver,
      long deadlineNanos,
      Consumer<Outcome> answer) {
    this.sender = sender;
    this.name = name;
    this.command = command;
    this.receiver = receiver;
    this.deadlineNanos = deadlineNanos;
    this.answer = answer;
  }

  /// The key under which the log remembers this request for ever. May block, see
  /// {@link RequestKeys}.
  String key(RequestKeys keys) {
    if (key.isEmpty()) {
      key = keys.of(sender, name, command);
    }
    return key;
  }

  /// Who cannot be answered any more (its stream is over) is no trouble of the lane's.
  void answer(Outcome outcome) {
    if (answered) {
      return;
    }
    answered = true;
    whenAnswered.run();
    try {
      answer.accept(outcome);
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, "not answered, " + UUID.randomUUID(), e);
    }
  }

  /// Runs `action` before the answer is given. Set once, before the lane has the command.
  void whenAnswered(Runnable action) {
    whenAnswered = action;
  }

  /// Roughly how many bytes it holds while it waits.
  int size() {
    return switch (command) {
      case Command.Post(Change.Posted message) ->
          256
              + 2 * message.content().length()
              + message.attachments().stream().mapToInt(Attachment::getSerializedSize).sum();
      case Command.Edit(MessageId target, String content) -> 256 + 2 * content.length();
      case Command.Delete d -> 256;
      case Command.React r -> 256;
      case Command.AddMember a -> 256;
      case Command.RemoveMember r -> 256;
    };
  }

  void refuse(ErrorCode code) {
    answer(new Outcome.Refused(Errors.error(code)));
  }

  boolean expired() {
    return System.nanoTime() - deadlineNanos > 0;
  }
}
