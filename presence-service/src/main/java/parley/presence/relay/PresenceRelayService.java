package parley.presence.relay;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import parley.contract.EdgeId;
import parley.presence.roster.EdgeSnapshot;
import parley.presence.roster.RoomPresence;
import parley.presence.roster.Roster;
import parley.presence.roster.UserComings;
import parley.presence.typing.Typing;
import parley.presence.user.RecentChanges;
import parley.presence.user.UserPresences;
import parley.proto.presence.PresenceEdgeFrame;
import parley.proto.presence.PresenceFrame;
import parley.proto.presence.PresenceRelayGrpc;

/// Accepts the streams of edges.
public final class PresenceRelayService extends PresenceRelayGrpc.PresenceRelayImplBase
    implements AutoCloseable {

  private final Roster roster;
  private final EdgeSnapshot snapshots;
  private final Operations operations;
  private final Set<EdgeStream> streams = ConcurrentHashMap.newKeySet();

  public PresenceRelayService(
      Roster roster,
      EdgeSnapshot snapshots,
      UserComings comings,
      RoomPresence rooms,
      UserPresences users,
      RecentChanges recent,
      Typing typing) {
    this.roster = roster;
    this.snapshots = snapshots;
    this.operations = new Operations(comings, rooms, users, recent, typing);
  }

  @Override
  public StreamObserver<PresenceEdgeFrame> relay(StreamObserver<PresenceFrame> responses) {
    EdgeStream stream =
        new EdgeStream(
            (ServerCallStreamObserver<PresenceFrame>) responses,
            roster,
            snapshots,
            operations,
            streams::remove);
    streams.add(stream);
    stream.start();
    return stream;
  }

  /// Does this node have a stream of the edge?
  boolean serves(EdgeId edge) {
    return streams.stream().anyMatch(stream -> edge.equals(stream.edge()));
  }

  /// The streams of now.
  Set<EdgeStream> streams() {
    return streams;
  }

  @Override
  public void close() {
    streams.forEach(stream -> stream.end("presence is stopping"));
  }
}
