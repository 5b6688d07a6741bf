package parley.bench;

import static parley.bench.Step.flags;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import parley.bench.Step.Beside;
import parley.bench.Step.Capacity;
import parley.bench.Step.Load;

/// What is measured, of whom.
///
/// @param contenders in the order in which they take turns
record Plan(List<Contender> contenders, List<Session> sessions) {

  /// The same for some of the contenders.
  Plan of(Predicate<Contender> wanted) {
    return new Plan(contenders.stream().filter(wanted).toList(), sessions);
  }

  private static final String CHAT = "--scenario chat --n 1000 --room-size 10 --settle 0.3 ";

  /// Whoever starts typing stops again at once: who types already is not told of again.
  private static final String TYPING =
      "--scenario typing --typing-stop-event typing-stop --settle 0.3 ";

  private static final String FAN =
      "--scenario chat --n 1000 --rooms 1 --room-size 1000 --room-fmt big-%d --settle 0.3 ";
  private static final String SLOW =
      "--scenario slow --n 100 --rooms 1 --room-size 100 --room-fmt slow-%d --size 4500 --rate 200"
          + " --settle 0.3 --warmup 1 --secs 8 ";
  private static final String HUGE =
      "--scenario chat --n 10000 --user-base 20000 --rooms 1 --room-size 10000 --room-fmt huge-%d"
          + " --senders 20 --rate 20 --warmup 0 --secs 25 --conc 64 --max-time 150";

  static final ParleyContender ONE_EDGE = new ParleyContender("parley-1", 1, "");
  static final ParleyContender TWO_EDGES = new ParleyContender("parley-2", 2, "");
  private static final Contender ONE_NODE = new SocketIoContender("socketio-1", 1);
  private static final Contender TWO_NODES = new SocketIoContender("socketio-2", 2);

  private static final Session TRAFFIC =
      new Session(
          "traffic",
          false,
          60,
          List.of(
              new Load("chat-1000", flags(CHAT + "--rate 1000 --warmup 2 --secs 6")),
              new Load("chat-4000", flags(CHAT + "--rate 4000 --warmup 3 --secs 8 --drain 3")),
              new Load(
                  "typing",
                  flags(TYPING + "--n 1000 --room-size 10 --rate 200 --warmup 15 --secs 8")),
              new Load("fan-100", flags(FAN + "--rate 100 --warmup 3 --secs 6 --drain 3")),
              new Load(
                  "fan-closed",
                  flags(
                      FAN.replace("chat", "max")
                          + "--senders 10 --max-wait all --warmup 3 --secs 6 --drain 3")),
              new Capacity(
                  "chat-capacity",
                  flags(CHAT + "--warmup 2 --secs 4 --drain 3"),
                  100,
                  2_000,
                  30_000),
              new Load("slow-none", flags(SLOW + "--slow-frac 0")),
              new Load("slow-20", flags(SLOW + "--slow-frac 0.2 --slow-resume 1"))));

  private static final Session IDLE =
      new Session(
          "idle",
          false,
          0,
          List.of(
              new Load("idle-1000", flags("--scenario idle --n 1000 --secs 3 --warmup 2")),
              new Load("idle-10000", flags("--scenario idle --n 10000 --secs 3 --warmup 2")),
              new Load("idle-10000-again", flags("--scenario idle --n 10000 --secs 1"))));

  private static final Session PRESENCE =
      new Session(
          "presence",
          true,
          5,
          List.of(
              new Load("presence-connects", flags("--scenario idle --n 1000 --secs 1")),
              new Load(
                  "presence",
                  flags("--scenario presence --n 1000 --rate 20 --presence-conns 100 --secs 6"))));

  private static final Session NEIGHBOUR =
      new Session(
          "neighbour",
          false,
          10,
          List.of(
              new Load("small-alone", flags("--scenario chat --n 10 --rate 20 --secs 8")),
              new Beside(
                  "small-beside-huge",
                  flags("--scenario chat --n 10 --rate 20 --warmup 2 --secs 10"),
                  flags(HUGE),
                  25)));

  /// The table of goals: Parley, and the rival where there is one.
  static List<Plan> rows(boolean rival) {
    List<Contender> both =
        rival
            ? List.of(ONE_EDGE, ONE_NODE, TWO_EDGES, TWO_NODES)
            : List.<Contender>of(ONE_EDGE, TWO_EDGES);
    List<Contender> single = rival ? List.of(ONE_EDGE, ONE_NODE) : List.<Contender>of(ONE_EDGE);
    return List.of(
        new Plan(both, List.of(TRAFFIC)),
        new Plan(single, List.of(IDLE, PRESENCE)),
        new Plan(List.of(ONE_EDGE), List.of(NEIGHBOUR)));
  }

  /// Fan-out through Redis beside fan-out on core's streams. The generator's connections take turns
  /// among the edges, so that each room has members on all of them.
  static List<Plan> fanOut() {
    Session session =
        new Session(
            "fanout",
            false,
            60,
            List.of(
                new Load("chat-1000", flags(CHAT + "--rate 1000 --warmup 2 --secs 8")),
                new Load("chat-3000", flags(CHAT + "--rate 3000 --warmup 3 --secs 8")),
                new Load("fan-50", flags(FAN + "--rate 50 --warmup 3 --secs 8")),
                new Load(
                    "fan-closed",
                    flags(
                        FAN.replace("chat", "max")
                            + "--senders 10 --max-wait all --warmup 3 --secs 6 --drain 3"))));
    List<Contender> contenders = new ArrayList<>();
    for (int edges : List.of(1, 2, 4)) {
      contenders.add(new ParleyContender("redis-" + edges, edges, "FANOUT=redis"));
      contenders.add(new ParleyContender("streams-" + edges, edges, "FANOUT=streams"));
    }
    return List.of(new Plan(contenders, List.of(session)));
  }

  /// Everything once, as small as it gets: that it works.
  static List<Plan> smoke(boolean rival) {
    String small = "--n 20 --room-size 10 --rate 50 --warmup 0.5 --secs 1 --settle 0.2 --drain 2 ";
    Session session =
        new Session(
            "smoke",
            false,
            0,
            List.of(
                new Load("chat", flags("--scenario chat " + small)),
                new Load("typing", flags(TYPING + small)),
                new Load("idle", flags("--scenario idle --n 50 --secs 1 --warmup 0")),
                new Load("closed", flags("--scenario max --max-wait all " + small + "--senders 2")),
                new Capacity(
                    "capacity",
                    flags("--scenario chat --n 20 --room-size 10 --warmup 0.2 --secs 0.5"),
                    5_000,
                    50,
                    100)));
    Plan own = new Plan(List.of(ONE_EDGE), List.of(session));
    Session chat = new Session("smoke", false, 0, session.steps().subList(0, 1));
    return rival ? List.of(own, new Plan(List.of(ONE_NODE), List.of(chat))) : List.of(own);
  }
}
