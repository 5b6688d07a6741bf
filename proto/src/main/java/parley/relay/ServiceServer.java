package parley.relay;

import io.grpc.BindableService;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallExecutorSupplier;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionService;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import parley.contract.ServiceToken;
import parley.process.Worker;

/// A gRPC server as both services run it: guarded by the service token, with health and reflection,
/// a keepalive that notices a stopped peer, and handlers on virtual threads; but the long streams
/// of edges, whose handlers never block, are heard by the transport's own threads. What a
/// handler throws becomes a status in {@link UnaryCall}.
public final class ServiceServer implements AutoCloseable {

  private static final int MAX_FRAME_BYTES = 8 << 20;

  private final HealthStatusManager health = new HealthStatusManager();
  private final Server server;
  private final Worker teller = Worker.every("health", Duration.ofSeconds(1), this::tell);
  private volatile boolean wanted;

  /// @param host the address to listen on
  /// @param port 0 = any free one
  public ServiceServer(String host, int port, ServiceToken token, List<BindableService> services) {
    Executor handlers = Executors.newVirtualThreadPerTaskExecutor();
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(new InetSocketAddress(host, port))
            .executor(handlers)
            .callExecutor(
                new ServerCallExecutorSupplier() {
                  @Override
                  public <Q, P> Executor getExecutor(ServerCall<Q, P> call, Metadata metadata) {
                    boolean relay =
                        call.getMethodDescriptor().getType() == MethodType.BIDI_STREAMING;
                    return relay ? Runnable::run : handlers;
                  }
                })
            .maxInboundMessageSize(MAX_FRAME_BYTES)
            .keepAliveTime(2, TimeUnit.SECONDS)
            .keepAliveTimeout(2, TimeUnit.SECONDS)
            .permitKeepAliveTime(1, TimeUnit.SECONDS)
            .permitKeepAliveWithoutCalls(true)
            .intercept(token.guard())
            .addService(health.getHealthService())
            .addService(ProtoReflectionServiceV1.newInstance())
            .addService(reflectionOfOld());
    services.forEach(builder::addService);
    this.server = builder.build();
    ready(false);
  }

  /// Many tools ask for nothing newer.
  @SuppressWarnings("deprecation")
  private static BindableService reflectionOfOld() {
    return ProtoReflectionService.newInstance();
  }

  /// Begins to listen.
  ///
  /// @throws IOException when the port cannot be had
  public void start() throws IOException {
    server.start();
    teller.start();
  }

  /// What the health service says, while no thread of the process is dead or stuck.
  public void ready(boolean ready) {
    wanted = ready;
    tell();
  }

  private void tell() {
    boolean serving = wanted && Worker.failing().isEmpty();
    health.setStatus("", serving ? ServingStatus.SERVING : ServingStatus.NOT_SERVING);
  }

  /// False when it listens no longer.
  public boolean serves() {
    return !server.isShutdown();
  }

  /// The port in use.
  public int port() {
    return server.getPort();
  }

  /// Ends calls and stops listening; waits up to 3 s.
  @Override
  public void close() {
    teller.close();
    ready(false);
    server.shutdown();
    try {
      if (!server.awaitTermination(1, TimeUnit.SECONDS)) {
        server.shutdownNow();
        server.awaitTermination(2, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      server.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
