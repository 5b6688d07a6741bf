package parley.launcher;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntUnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// The environment that each service is started with.
final class Environments {

  private Environments() {}

  static Map<String, String> core(Options options, int index) {
    Map<String, String> settings = shared(options);
    settings.put("CORE_PORT", Integer.toString(options.ports().core(index)));
    settings.put("MONGODB_URI", mongodb(options));
    settings.put("OPEN_USERS", Boolean.toString(options.open()));
    settings.put("OPEN_ROOMS", Boolean.toString(options.open()));
    settings.putAll(options.settings("core", index));
    return settings;
  }

  static Map<String, String> presence(Options options, int index) {
    Map<String, String> settings = shared(options);
    settings.put("PRESENCE_PORT", Integer.toString(options.ports().presence(index)));
    settings.put("CORE_ADDRESSES", addresses(options.cores(), options.ports()::core));
    settings.putAll(options.settings("presence", index));
    return settings;
  }

  static Map<String, String> edge(Options options, int index) {
    Map<String, String> settings = shared(options);
    settings.put("SOCKET_HOST", "127.0.0.1");
    settings.put("SOCKET_PORT", Integer.toString(options.ports().edge(index)));
    settings.put("JWT_SECRET", options.jwtSecret());
    settings.put("CORE_ADDRESSES", addresses(options.cores(), options.ports()::core));
    settings.put("PRESENCE_ADDRESSES", addresses(options.presences(), options.ports()::presence));
    settings.put("SOCKET_RATE_LIMIT_ENABLED", Boolean.toString(options.rateLimit()));
    settings.put("DEMO_ENABLED", "true");
    settings.put("DEMO_USERS", String.join(",", Seeds.USERS));
    if (!Options.clientFolder().isEmpty()) {
      settings.put("DEMO_CLIENT_FOLDER", Options.clientFolder());
    }
    settings.putAll(options.settings("edge", index));
    return settings;
  }

  private static String addresses(int count, IntUnaryOperator port) {
    return IntStream.range(0, count)
        .mapToObj(i -> "127.0.0.1:" + port.applyAsInt(i))
        .collect(Collectors.joining(","));
  }

  private static Map<String, String> shared(Options options) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("SERVICE_TOKEN", options.serviceToken());
    settings.put(
        "REDIS_URL",
        options.redis().isEmpty()
            ? "redis://127.0.0.1:" + options.ports().redis()
            : options.redis());
    return settings;
  }

  private static String mongodb(Options options) {
    return options.mongodb().isEmpty()
        ? "mongodb://127.0.0.1:" + options.ports().store() + "/parley"
        : options.mongodb();
  }
}
