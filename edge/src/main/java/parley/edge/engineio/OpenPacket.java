package parley.edge.engineio;

/// The first packet of a session: its id, and what the client has to know of the settings.
final class OpenPacket {

  private OpenPacket() {}

  /// @param polls the session began with a poll
  static Packet of(EngineConfig config, String sid, boolean polls) {
    return Packet.of(
        "0{\"sid\":\""
            + sid
            + "\",\"upgrades\":["
            + (polls && config.transports().webSocket() ? "\"websocket\"" : "")
            + "],\"pingInterval\":"
            + config.heartbeat().interval().toMillis()
            + ",\"pingTimeout\":"
            + config.heartbeat().timeout().toMillis()
            + ",\"maxPayload\":"
            + config.sizes().maxPayload()
            + "}");
  }
}
