package parley.edge.upstream;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/// gRPC channels as the mesh uses them: plain text inside the cluster, a keepalive that notices a
/// stopped peer within four seconds.
final class Channels {

  private static final int MAX_FRAME_BYTES = 8 << 20;

  private Channels() {}

  /// @param address `host:port`
  static ManagedChannel open(String address) {
    return NettyChannelBuilder.forTarget("dns:///" + address)
        .usePlaintext()
        .executor(direct())
        .keepAliveTime(2, TimeUnit.SECONDS)
        .keepAliveTimeout(2, TimeUnit.SECONDS)
        .keepAliveWithoutCalls(true)
        .maxInboundMessageSize(MAX_FRAME_BYTES)
        .build();
  }

  /// Handlers here only enqueue and return.
  private static Executor direct() {
    return Runnable::run;
  }
}
