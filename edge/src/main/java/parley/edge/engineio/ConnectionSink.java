package parley.edge.engineio;

import io.helidon.common.GenericType;
import io.helidon.common.media.type.MediaType;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.http.spi.Sink;
import io.helidon.webserver.http.spi.SinkProvider;
import io.helidon.webserver.http.spi.SinkProviderContext;
import java.util.function.BiConsumer;

/// The way from a response to the connection that it goes out on: Helidon shows that to sinks only.
/// Nothing is ever emitted.
final class ConnectionSink implements Sink<byte[]> {

  static final GenericType<ConnectionSink> TYPE = GenericType.create(ConnectionSink.class);

  private final ConnectionContext connection;

  private ConnectionSink(ConnectionContext connection) {
    this.connection = connection;
  }

  /// The connection of a request that is being handled.
  static ConnectionContext connection(ServerResponse response) {
    return response.sink(TYPE).connection;
  }

  @Override
  public Sink<byte[]> emit(byte[] event) {
    throw new UnsupportedOperationException("nothing goes through here");
  }

  @Override
  public void close() {}

  /// Found by Helidon through `META-INF/services`.
  public static final class Provider implements SinkProvider<byte[]> {

    @Override
    public boolean supports(GenericType<? extends Sink<?>> type, ServerRequest request) {
      return TYPE.equals(type);
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    @Override
    public <X extends Sink<byte[]>> X create(SinkProviderContext context) {
      return (X) new ConnectionSink(context.connectionContext());
    }

    @SuppressWarnings({"removal", "TypeParameterUnusedInFormals"})
    @Override
    public <X extends Sink<byte[]>> X create(
        ServerResponse response, BiConsumer<Object, MediaType> consumer, Runnable closed) {
      throw new UnsupportedOperationException("the other form is implemented");
    }
  }
}
