package parley.edge.session;

import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import parley.contract.Errors;
import parley.proto.chat.MemberRemoved;
import parley.proto.chat.Message;
import parley.proto.chat.Room;
import parley.proto.chat.RoomEvent;
import parley.proto.chat.User;
import parley.proto.errors.ErrorCode;
import parley.proto.relay.Authenticated;
import parley.proto.relay.CoreFrame;
import parley.proto.relay.CoreRelayGrpc;
import parley.proto.relay.EdgeFrame;
import parley.proto.relay.JoinRoom;
import parley.proto.relay.LogPage;
import parley.proto.relay.MarkRead;
import parley.proto.relay.ReadLog;
import parley.proto.relay.Reply;
import parley.proto.relay.Request;
import parley.proto.relay.RoomJoined;

/// Core: lets everybody in but whom it was told not to, keeps logs of rooms, and gives a sign of
/// life now and then. Answers can be withheld.
final class ScriptedCore extends CoreRelayGrpc.CoreRelayImplBase implements AutoCloseable {

  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
  private final Map<String, List<RoomEvent>> logs = new ConcurrentHashMap<>();
  private final List<Runnable> withheld = new CopyOnWriteArrayList<>();

  /// What it was told to mark.
  final List<MarkRead> marks = new CopyOnWriteArrayList<>();

  /// Users who may enter no room.
  final Set<String> denied = ConcurrentHashMap.newKeySet();

  /// Requests whose answers, made at once, go out with {@link #release}.
  volatile Set<Request.OpCase> slow = Set.of();

  @Override
  public StreamObserver<EdgeFrame> relay(StreamObserver<CoreFrame> edge) {
    var unused =
        clock.scheduleAtFixedRate(
            () -> say(edge, CoreFrame.getDefaultInstance()), 0, 300, TimeUnit.MILLISECONDS);
    return new StreamObserver<>() {
      @Override
      public void onNext(EdgeFrame frame) {
        frame.getRequestsList().forEach(request -> answer(edge, request));
      }

      @Override
      public void onError(Throwable reason) {}

      @Override
      public void onCompleted() {}
    };
  }

  private void answer(StreamObserver<CoreFrame> edge, Request request) {
    CoreFrame frame = CoreFrame.newBuilder().addReplies(reply(request)).build();
    if (slow.contains(request.getOpCase())) {
      withheld.add(() -> say(edge, frame));
    } else {
      say(edge, frame);
    }
  }

  private static void say(StreamObserver<CoreFrame> edge, CoreFrame frame) {
    synchronized (edge) {
      edge.onNext(frame);
    }
  }

  /// Is an answer withheld?
  boolean withholds() {
    return withheld() > 0;
  }

  /// How many answers are withheld.
  int withheld() {
    return withheld.size();
  }

  /// What was withheld goes out, and nothing is withheld from now on.
  void release() {
    slow = Set.of();
    withheld.forEach(Runnable::run);
    withheld.clear();
  }

  /// The log of a room goes on; nobody is told.
  RoomEvent message(String room, String content) {
    return append(
        room,
        RoomEvent.newBuilder()
            .setMessage(Message.newBuilder().setId(content).setRoomId(room).setContent(content)));
  }

  /// Likewise.
  RoomEvent removal(String room, String user) {
    return append(
        room, RoomEvent.newBuilder().setMemberRemoved(MemberRemoved.newBuilder().setUserId(user)));
  }

  private RoomEvent append(String room, RoomEvent.Builder event) {
    List<RoomEvent> log = log(room);
    event.setRoomId(room).setSeq(log.size() + 1);
    if (event.hasMessage()) {
      event.getMessageBuilder().setSeq(event.getSeq());
    }
    log.add(event.build());
    return log.getLast();
  }

  private List<RoomEvent> log(String room) {
    return logs.computeIfAbsent(room, r -> new CopyOnWriteArrayList<>());
  }

  private Reply.Builder reply(Request request) {
    Reply.Builder reply = Reply.newBuilder().setId(request.getId());
    return switch (request.getOpCase()) {
      case AUTHENTICATE ->
          reply.setAuthenticated(
              Authenticated.newBuilder()
                  .setUser(User.newBuilder().setId(request.getAuthenticate().getUserId())));
      case JOIN_ROOM -> joined(reply, request.getJoinRoom());
      case MARK_READ -> {
        marks.add(request.getMarkRead());
        yield reply.setLog(LogPage.getDefaultInstance());
      }
      case READ_LOG -> reply.setLog(page(request.getReadLog()));
      default -> reply.setLog(LogPage.getDefaultInstance());
    };
  }

  private Reply.Builder joined(Reply.Builder reply, JoinRoom asked) {
    if (denied.contains(asked.getUserId())) {
      return reply.setError(Errors.error(ErrorCode.ACCESS_DENIED));
    }
    return reply.setRoomJoined(
        RoomJoined.newBuilder()
            .setRoom(Room.newBuilder().setId(asked.getRoomId()))
            .setPermittedAt(log(asked.getRoomId()).size()));
  }

  private LogPage page(ReadLog asked) {
    List<RoomEvent> log = log(asked.getRoomId());
    LogPage.Builder page = LogPage.newBuilder().setHead(log.size());
    long last = asked.getUpTo() == 0 ? log.size() : Math.min(asked.getUpTo(), log.size());
    for (long seq = asked.getSince() + 1;
        seq <= last && page.getEventsCount() < asked.getLimit();
        seq++) {
      page.addEvents(log.get((int) seq - 1));
    }
    return page.build();
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
