package parley.presence.relay;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import parley.presence.roster.Presences;
import parley.presence.roster.Roster;
import parley.presence.typing.Typing;
import parley.presence.user.UserPresences;
import parley.proto.presence.PresenceEdgeFrame;
import parley.proto.presence.PresenceFrame;
import parley.proto.presence.PresenceRelayGrpc;

/// Accepts the streams of edges.
public final class PresenceRelayService extends PresenceRelayGrpc.PresenceRelayImplBase
    implements AutoCloseable {

  private final Roster roster;
  private final Operations operations;
  private final Set<EdgeStream> streams = ConcurrentHashMap.newKeySet();

  public PresenceRelayService(
      Roster roster, Presences presences, UserPresences users, Typing typing) {
    this.roster = roster;
    this.operations = new Operations(presences, users, typing);
  }

  @Override
  public StreamObserver<PresenceEdgeFrame> relay(StreamObserver<PresenceFrame> responses) {
    EdgeStream stream =
        new EdgeStream(
            (ServerCallStreamObserver<PresenceFrame>) responses,
            roster,
            operations,
            streams::remove);
    streams.add(stream);
    stream.start();
    return stream;
  }

  /// Does this node have a stream of the edge?
  boolean serves(String edge) {
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
