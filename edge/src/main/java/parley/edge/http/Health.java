package parley.edge.http;

import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.List;
import parley.edge.upstream.CoreClient;
import parley.edge.upstream.PresenceClient;
import parley.fanout.BusSubscriber;
import parley.process.Worker;

/// `GET /health/live`: 200 while the process serves, 503 when a thread of it is dead or stuck; the
/// body names it. `GET /health/ready`: 200 when, besides, core and the bus can be reached and the
/// edge is not stopping, else 503; the body says which. Presence must have been reached once: while
/// it is away later, messages go on, and a balancer that left all edges for it would end them too.
/// `?strict=true`, or the setting, asks for presence as well.
public final class Health implements HttpService {

  private final CoreClient core;
  private final PresenceClient presence;
  private final BusSubscriber bus;
  private final boolean strict;
  private volatile boolean stopping;
  private volatile boolean presenceReached; // at some time

  /// @param strict an edge without presence is not ready
  public Health(CoreClient core, PresenceClient presence, BusSubscriber bus, boolean strict) {
    this.core = core;
    this.presence = presence;
    this.bus = bus;
    this.strict = strict;
  }

  /// Not ready from here on.
  public void stopping() {
    stopping = true;
  }

  @Override
  public void routing(HttpRules rules) {
    rules
        .get("/live", Health::live)
        .head("/live", Health::live)
        .get("/ready", this::ready)
        .head("/ready", this::ready);
  }

  private static void live(ServerRequest request, ServerResponse response) {
    List<String> failing = Worker.failing();
    if (failing.isEmpty()) {
      send(request, response, Status.OK_200, "{\"status\":\"UP\"}");
    } else {
      send(
          request,
          response,
          Status.SERVICE_UNAVAILABLE_503,
          "{\"status\":\"DOWN\",\"threads\":[\"" + String.join("\",\"", failing) + "\"]}");
    }
  }

  private void ready(ServerRequest request, ServerResponse response) {
    presenceReached |= presence.connected();
    boolean demanded = strict || request.query().first("strict").orElse("").equals("true");
    boolean ready =
        !stopping
            && core.connected()
            && (presence.connected() || presenceReached && !demanded)
            && bus.connected()
            && Worker.failing().isEmpty();
    send(
        request,
        response,
        ready ? Status.OK_200 : Status.SERVICE_UNAVAILABLE_503,
        "{\"status\":\"%s\",\"core\":%b,\"presence\":%b,\"bus\":%b}"
            .formatted(
                ready ? "UP" : "DOWN", core.connected(), presence.connected(), bus.connected()));
  }

  private static void send(
      ServerRequest request, ServerResponse response, Status status, String body) {
    response.status(status).header(HeaderNames.CONTENT_TYPE, "application/json");
    if (request.prologue().method().equals(Method.HEAD)) {
      response.send();
    } else {
      response.send(body);
    }
  }
}
