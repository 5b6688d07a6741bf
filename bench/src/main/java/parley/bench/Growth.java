package parley.bench;

import static parley.bench.Step.flags;

import java.util.ArrayList;
import java.util.List;
import parley.bench.Step.Load;

/// How cost grows: steps named `what=number`, a session for each `what`, of which tables and
/// pictures are made.
final class Growth {

  private static final String MEASURED =
      " --settle 0.5 --warmup 2 --secs 5 --drain 3 --max-time 200";
  private static final List<Integer> DECADES = List.of(10, 100, 1_000, 10_000);

  /// How many deliveries a second there are whatever the size of a room.
  private static final int DELIVERIES = 10_000;

  private Growth() {}

  static List<Plan> plans() {
    List<Plan> plans = new ArrayList<>();
    plans.add(one("connections", connections()));
    plans.add(one("rooms", rooms()));
    plans.add(one("members", members()));
    plans.add(one("history", history()));
    for (int edges : List.of(1, 2, 4)) {
      plans.add(
          new Plan(
              List.of(new ParleyContender("parley", edges, "")),
              List.of(session("edges", List.of(edges(edges))))));
    }
    return plans;
  }

  private static Plan one(String name, List<Step> steps) {
    return new Plan(List.of(new ParleyContender("parley", 1, "")), List.of(session(name, steps)));
  }

  private static Session session(String name, List<Step> steps) {
    return new Session(name, false, 25, steps);
  }

  /// The same chat of a thousand, among more and more who only listen.
  private static List<Step> connections() {
    return List.of(1_000, 5_000, 10_000, 15_000).stream()
        .<Step>map(
            n ->
                new Load(
                    "connections=" + n,
                    flags("--n " + n + " --rooms 100 --room-size 10 --rate 1000" + MEASURED)))
        .toList();
  }

  /// The same messages, spread over more and more rooms of ten. A hundred thousand joins are not
  /// asked for all at once: the generator does not ask again when it is told BUSY.
  private static List<Step> rooms() {
    return DECADES.stream()
        .<Step>map(
            rooms ->
                new Load(
                    "rooms=" + rooms,
                    flags(
                        "--n 1000 --room-size 10 --room-fmt r"
                            + rooms
                            + "-%d --rate 1000 --join-conc 16 --connect-timeout 150 --rooms "
                            + rooms
                            + MEASURED)))
        .toList();
  }

  /// As many deliveries, in rooms that are larger and larger.
  private static List<Step> members() {
    return DECADES.stream()
        .<Step>map(
            size ->
                new Load(
                    "members=" + size,
                    flags(
                        "--room-fmt m"
                            + size
                            + "-%d --n "
                            + Math.max(1_000, size)
                            + " --rooms "
                            + Math.max(1, 1_000 / size)
                            + " --room-size "
                            + size
                            + " --rate "
                            + DELIVERIES / size
                            + MEASURED)))
        .toList();
  }

  /// The newest page, asked for in rooms with more and more messages.
  private static List<Step> history() {
    List<Step> steps = new ArrayList<>();
    int there = 0;
    for (int messages : List.of(1_000, 10_000, 100_000, 1_000_000)) {
      int rate = Math.min(8_000, messages);
      steps.add(
          new Load(
              "fill " + messages,
              flags(
                  "--n 4 --rooms 1 --room-size 4 --room-fmt h-%d --warmup 0 --rate "
                      + rate
                      + " --max-time 390 --secs "
                      + (messages - there) / rate)));
      steps.add(
          new Load(
              "history=" + messages,
              flags(
                  "--scenario echo-ack --n 4 --rooms 1 --room-size 4 --room-fmt h-%d --rate 100"
                      + " --ack-event get-recent-messages"
                      + " --ack-tpl {\"roomId\":\"%R\",\"limit\":50,\"before\":900}"
                      + MEASURED)));
      there = messages;
    }
    return steps;
  }

  /// Neighbours among the connections are on different edges, and so are the members of a room.
  private static Step edges(int edges) {
    return new Load(
        "edges=" + edges, flags("--n 1000 --rooms 100 --room-size 10 --rate 1000" + MEASURED));
  }
}
