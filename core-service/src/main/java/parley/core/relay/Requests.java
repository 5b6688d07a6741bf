package parley.core.relay;

import com.mongodb.MongoException;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import parley.contract.Errors;
import parley.contract.InvalidIdException;
import parley.contract.MessageId;
import parley.contract.RefusedException;
import parley.contract.RoomId;
import parley.contract.UserId;
import parley.core.log.Change;
import parley.core.log.Command;
import parley.core.log.Outcome;
import parley.core.log.RequestName;
import parley.core.log.RoomLog;
import parley.core.log.Submission;
import parley.process.RareWarning;
import parley.proto.errors.ErrorCode;
import parley.proto.relay.Appended;
import parley.proto.relay.DeleteMessage;
import parley.proto.relay.EditMessage;
import parley.proto.relay.ReactToMessage;
import parley.proto.relay.Reply;
import parley.proto.relay.Request;
import parley.proto.relay.SendMessage;

/// Carries out what edges ask: appends go to the room's lane at once, in the order of the calls;
/// reads run on a thread each, a bounded number of them, but for arrivals, which share a few.
public final class Requests implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(Requests.class.getName());
  private static final RareWarning FAILED = new RareWarning(LOG);
  private static final int READS_AT_ONCE = 2_048;

  private final RoomLog log;
  private final Reads reads;
  private final FeedReads feeds;
  private final Arrivals arrivals;
  private final AtomicInteger reading = new AtomicInteger();
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("read-", 0).factory());

  public Requests(RoomLog log, Reads reads, FeedReads feeds, Belongings belongings) {
    this.feeds = feeds;
    this.arrivals = new Arrivals(belongings);
    this.log = log;
    this.reads = reads;
  }

  /// Carries out one request; returns before it is done. `answer` is called exactly once, by any
  /// thread, whatever happens: a request that fails must not go on to the next node, and fail
  /// there.
  void carryOut(Request request, Consumer<Reply> answer) {
    Answer once = new Answer(answer);
    try {
      begin(request, once);
    } catch (InvalidIdException e) {
      once.accept(error(request, code(e)));
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, "a request failed, " + UUID.randomUUID(), e);
      once.accept(error(request, ErrorCode.INTERNAL));
    }
  }

  private record Answer(Consumer<Reply> to, AtomicBoolean given) implements Consumer<Reply> {
    Answer(Consumer<Reply> to) {
      this(to, new AtomicBoolean());
    }

    @Override
    public void accept(Reply reply) {
      if (given.compareAndSet(false, true)) {
        to.accept(reply);
      }
    }
  }

  private void begin(Request request, Consumer<Reply> answer) {
    switch (request.getOpCase()) {
      case SEND_MESSAGE -> send(request, request.getSendMessage(), answer);
      case EDIT_MESSAGE -> edit(request, request.getEditMessage(), answer);
      case DELETE_MESSAGE -> delete(request, request.getDeleteMessage(), answer);
      case REACT_TO_MESSAGE -> react(request, request.getReactToMessage(), answer);
      case AUTHENTICATE -> arrivals.ask(request, answer);
      case JOIN_ROOM,
          READ_MESSAGES,
          READ_LOG,
          MARK_READ,
          READ_UNREAD,
          READ_READERS,
          READ_USER_FEEDS ->
          read(request, answer);
      case OP_NOT_SET -> answer.accept(error(request, ErrorCode.INVALID_ARGUMENT));
    }
  }

  private static ErrorCode code(InvalidIdException e) {
    return "Invalid room ID".equals(e.getMessage())
        ? ErrorCode.INVALID_ROOM_ID
        : ErrorCode.INVALID_ARGUMENT;
  }

  private void send(Request request, SendMessage send, Consumer<Reply> answer) {
    Change.Posted message =
        new Change.Posted(
            send.getMessageType().isEmpty() ? "text" : send.getMessageType(),
            send.getContent(),
            send.getAttachmentsList(),
            send.getClientMessageId());
    UserId receiver = send.getReceiverId().isEmpty() ? null : new UserId(send.getReceiverId());
    log.submit(
        new RoomId(send.getRoomId()),
        submission(
            request,
            new UserId(send.getUserId()),
            name(send.getClientMessageId(), send.getRequestKey()),
            new Command.Post(message),
            receiver,
            answer));
  }

  private void edit(Request request, EditMessage edit, Consumer<Reply> answer) {
    MessageId target = MessageId.parse(edit.getMessageId());
    log.submit(
        target.room(),
        submission(
            request,
            new UserId(edit.getUserId()),
            name(edit.getClientMessageId(), edit.getRequestKey()),
            new Command.Edit(target, edit.getContent()),
            null,
            answer));
  }

  private void delete(Request request, DeleteMessage delete, Consumer<Reply> answer) {
    MessageId target = MessageId.parse(delete.getMessageId());
    log.submit(
        target.room(),
        submission(
            request,
            new UserId(delete.getUserId()),
            name(delete.getClientMessageId(), delete.getRequestKey()),
            new Command.Delete(target),
            null,
            answer));
  }

  private void react(Request request, ReactToMessage react, Consumer<Reply> answer) {
    MessageId target = MessageId.parse(react.getMessageId());
    log.submit(
        target.room(),
        submission(
            request,
            new UserId(react.getUserId()),
            name(react.getClientMessageId(), react.getRequestKey()),
            new Command.React(target, react.getEmoji(), react.getRemove()),
            null,
            answer));
  }

  private static RequestName name(String clientMessageId, String requestKey) {
    if (clientMessageId.isEmpty() && requestKey.isEmpty()) {
      throw new InvalidIdException("A request needs a key");
    }
    return RequestName.of(clientMessageId, requestKey);
  }

  private static Submission submission(
      Request request,
      UserId user,
      RequestName name,
      Command command,
      @Nullable UserId receiver,
      Consumer<Reply> answer) {
    return new Submission(
        user,
        name,
        command,
        receiver,
        System.nanoTime()
            + TimeUnit.MILLISECONDS.toNanos(Integer.toUnsignedLong(request.getDeadlineMs())),
        outcome -> answer.accept(reply(request, outcome)));
  }

  private static Reply reply(Request request, Outcome outcome) {
    Reply.Builder reply = Reply.newBuilder().setId(request.getId());
    switch (outcome) {
      case Outcome.Appended(var event, boolean duplicate, boolean conflict) ->
          reply.setAppended(
              Appended.newBuilder().setEvent(event).setDuplicate(duplicate).setConflict(conflict));
      case Outcome.Refused(var error) -> reply.setError(error);
      case Outcome.NothingToDo() -> reply.setAppended(Appended.getDefaultInstance());
    }
    return reply.build();
  }

  private void read(Request request, Consumer<Reply> answer) {
    if (reading.incrementAndGet() > READS_AT_ONCE) {
      reading.decrementAndGet();
      answer.accept(error(request, ErrorCode.BUSY));
      return;
    }
    try {
      threads.execute(
          () -> {
            try {
              answer.accept(readNow(request));
            } finally {
              reading.decrementAndGet();
            }
          });
    } catch (RejectedExecutionException e) { // this node stops
      reading.decrementAndGet();
      answer.accept(error(request, ErrorCode.UNAVAILABLE));
    }
  }

  private Reply readNow(Request request) {
    try {
      Reply.Builder reply =
          request.hasReadUserFeeds()
              ? Reply.newBuilder().setUserFeeds(feeds.read(request.getReadUserFeeds()))
              : reads.read(request);
      return reply.setId(request.getId()).build();
    } catch (RefusedException e) {
      return Reply.newBuilder().setId(request.getId()).setError(e.error()).build();
    } catch (InvalidIdException e) {
      return error(request, code(e));
    } catch (MongoException e) {
      FAILED.warn("read failed: {0}", e.toString());
      return error(request, ErrorCode.UNAVAILABLE);
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, "read failed, " + UUID.randomUUID(), e);
      return error(request, ErrorCode.INTERNAL);
    }
  }

  private static Reply error(Request request, ErrorCode code) {
    return Reply.newBuilder().setId(request.getId()).setError(Errors.error(code)).build();
  }

  @Override
  public void close() {
    arrivals.close();
    threads.shutdownNow();
  }
}
