package parley.edge;

import java.util.Map;
import parley.edge.connection.ConnectionLimits;
import parley.edge.engineio.EngineConfig;
import parley.process.Settings;

/// What holds where nothing is said.
public final class Defaults {

  public static final ConnectionLimits CONNECTIONS = ConnectionLimits.from(Settings.of(Map.of()));
  public static final EngineConfig ENGINE = EngineConfig.from(Settings.of(Map.of()));

  private Defaults() {}
}
