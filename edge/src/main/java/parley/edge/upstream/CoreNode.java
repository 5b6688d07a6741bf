package parley.edge.upstream;

import io.grpc.ManagedChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import parley.contract.ServiceToken;
import parley.proto.relay.CoreRelayGrpc;

/// One core node as seen from here: its channel and its live streams, which the client guards.
final class CoreNode {

  final String address;
  volatile boolean wanted = true;
  final List<CoreStream> live = new ArrayList<>();
  private final ManagedChannel channel;
  private final ServiceToken token;

  CoreNode(String address, ServiceToken token) {
    this.address = address;
    this.token = token;
    this.channel = Channels.open(address);
  }

  /// Begins a stream; how it goes is told to its owner.
  void open(String edgeId, CoreStream.Owner owner) {
    CoreStream stream = new CoreStream(this, edgeId, owner);
    var unused =
        CoreRelayGrpc.newStub(channel)
            .withCallCredentials(token.credentials())
            .withWaitForReady()
            .relay(stream);
  }

  /// The live stream, of which there must be one, that requests with a route take.
  CoreStream streamFor(String route) {
    return live.get(Math.floorMod(route.hashCode(), live.size()));
  }

  /// The weight of this node for a key: of all live nodes the heaviest serves it, and the loss of
  /// one moves only what it served (rendezvous hashing).
  long weight(String key) {
    long hash = 0xcbf29ce484222325L;
    for (byte b : (address + '\n' + key).getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ b) * 0x100000001b3L;
    }
    hash ^= hash >>> 32;
    hash *= 0xd6e8feb86659fd93L;
    return hash ^ hash >>> 32;
  }

  void close() {
    channel.shutdownNow();
  }
}
