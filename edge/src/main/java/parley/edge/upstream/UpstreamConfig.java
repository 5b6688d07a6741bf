package parley.edge.upstream;

import java.util.List;
import parley.contract.ServiceToken;
import parley.fanout.FanOut;
import parley.process.Settings;

/// The services behind an edge. Addresses are `host:port`, or `dns:name:port` for all that a name
/// leads to.
///
/// @param token the secret between services
/// @param core every core node
/// @param coreStreams to each
/// @param presence every presence node
/// @param roomsByStreams events of rooms come on core's streams, and not on the bus
public record UpstreamConfig(
    ServiceToken token,
    List<String> core,
    int coreStreams,
    List<String> presence,
    boolean roomsByStreams) {

  public UpstreamConfig {
    core = List.copyOf(core);
    presence = List.copyOf(presence);
  }

  /// @throws IllegalArgumentException naming the setting that is wrong
  public static UpstreamConfig from(Settings settings) {
    return new UpstreamConfig(
        ServiceToken.from(settings),
        settings.addresses("CORE_ADDRESSES", "127.0.0.1:9101", 1),
        settings.number("CORE_STREAMS", 2, 1, 64),
        settings.addresses("PRESENCE_ADDRESSES", "127.0.0.1:9102", 1),
        FanOut.byStreams(settings));
  }
}
