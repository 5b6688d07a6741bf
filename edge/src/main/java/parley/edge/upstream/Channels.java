package parley.edge.upstream;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.util.concurrent.Executor;

/// gRPC channels as the mesh uses them: plain text inside the cluster, one for each stream. Whether
/// the other side lives is seen by the stream itself ({@link RelayStream}): gRPC's own keepalive
/// asks no more often than every 10 s.
final class Channels {

  private static final int MAX_FRAME_BYTES = 8 << 20;

  private Channels() {}

  /// @param address `host:port`
  static ManagedChannel open(String address) {
    return NettyChannelBuilder.forTarget("dns:///" + address)
        .usePlaintext()
        .executor(direct())
        .maxInboundMessageSize(MAX_FRAME_BYTES)
        .build();
  }

  /// Handlers here only enqueue and return.
  private static Executor direct() {
    return Runnable::run;
  }
}
