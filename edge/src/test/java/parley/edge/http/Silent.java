package parley.edge.http;

import parley.edge.engineio.EndReason;
import parley.edge.engineio.EngineListener;

/// Hears, and says nothing.
final class Silent implements EngineListener {
  @Override
  public void message(String text) {}

  @Override
  public void binary(byte[] bytes) {}

  @Override
  public void closed(EndReason reason) {}
}
