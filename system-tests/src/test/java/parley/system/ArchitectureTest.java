package parley.system;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/// The invariants of ARCHITECTURE.md, one rule each.
@Timeout(60)
class ArchitectureTest {

  @TestFactory
  Stream<DynamicTest> rules() {
    JavaClasses classes =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("parley");
    assertTrue(classes.size() > 100, () -> "only " + classes.size() + " classes were found");
    return Arrays.stream(ArchitectureTest.class.getDeclaredFields())
        .filter(field -> field.getType() == ArchRule.class)
        .map(
            field ->
                DynamicTest.dynamicTest(
                    field.getName(), () -> ((ArchRule) field.get(null)).check(classes)));
  }

  static final ArchRule edgeOpensNoDatabaseAndKnowsNoServicesCode =
      noClasses()
          .that()
          .resideInAPackage("parley.edge..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("com.mongodb..", "org.bson..", "parley.core..", "parley.presence..")
          .because("the edge stores nothing; it meets the services in proto and fanout");

  static final ArchRule servicesKnowNoSocketAndNotOneAnother =
      noClasses()
          .that()
          .resideInAPackage("parley.core..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("parley.edge..", "parley.presence..", "io.helidon.webserver..")
          .because("core-service knows no socket");

  static final ArchRule presenceKnowsNoSocketAndNoDatabase =
      noClasses()
          .that()
          .resideInAPackage("parley.presence..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "parley.edge..", "parley.core..", "com.mongodb..", "io.helidon.webserver..")
          .because("presence-service knows no socket and keeps its state in Redis");

  static final ArchRule onlyTheEngineWritesToSockets =
      noClasses()
          .that()
          .resideOutsideOfPackages("parley.edge.engineio..", "parley.edge.websocket..")
          .should()
          .dependOnClassesThat()
          .haveFullyQualifiedName("parley.edge.websocket.WebSocketConnection")
          .because("no thread but an outbox's drainer blocks on a socket");

  static final ArchRule layersOfTheProtocolDoNotKnowTheChat =
      noClasses()
          .that()
          .resideInAnyPackage(
              "parley.edge.websocket..", "parley.edge.engineio..", "parley.edge.socketio..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "parley.edge.session..",
              "parley.edge.event..",
              "parley.edge.room..",
              "parley.edge.upstream..",
              "parley.proto..")
          .because("a layer of the protocol knows the one below, and no chat");

  static final ArchRule webSocketKnowsNoEngine =
      noClasses()
          .that()
          .resideInAPackage("parley.edge.websocket..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("parley.edge.engineio..", "parley.edge.socketio..")
          .because("frames know no packets");

  static final ArchRule onlyTheStoresPackagesSpeakMongo =
      noClasses()
          .that()
          .resideOutsideOfPackages("parley.core..", "parley.embedded.mongo..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("com.mongodb..")
          .because("core-service is the only writer of chat data");

  static final ArchRule noCycles = slices().matching("parley.(*).(*)..").should().beFreeOfCycles();

  static final ArchRule noRoomsWithoutASubject =
      noClasses()
          .should()
          .resideInAnyPackage(
              "..util..", "..utils..", "..common..", "..helper..", "..impl..", "..misc..")
          .orShould()
          .haveSimpleNameEndingWith("Manager")
          .orShould()
          .haveSimpleNameEndingWith("Helper")
          .orShould()
          .haveSimpleNameEndingWith("Util");

  static final ArchRule concreteClassesAreFinal =
      classes()
          .that()
          .resideInAnyPackage("parley..")
          .and()
          .resideOutsideOfPackage("parley.proto..")
          .and()
          .areTopLevelClasses()
          .and()
          .areNotInterfaces()
          .and()
          .areNotEnums()
          .and()
          .doNotHaveSimpleName("package-info")
          .should(beFinal());

  private static ArchCondition<JavaClass> beFinal() {
    return new ArchCondition<>("be final") {
      @Override
      public void check(JavaClass item, ConditionEvents events) {
        boolean isFinal =
            item.getModifiers().contains(com.tngtech.archunit.core.domain.JavaModifier.FINAL);
        events.add(new SimpleConditionEvent(item, isFinal, item.getName() + " is not final"));
      }
    };
  }

  private static final Path ROOT = Path.of("..");

  private static List<Path> sources() throws Exception {
    try (Stream<Path> walk = Files.walk(ROOT)) {
      return walk.filter(p -> p.toString().contains("/src/main/java/"))
          .filter(p -> p.toString().endsWith(".java"))
          .toList();
    }
  }

  @Test
  void everyPackageHasItsSign() throws Exception {
    for (Path source : sources()) {
      assertTrue(
          Files.exists(source.resolveSibling("package-info.java")),
          () -> source.getParent() + " has no package-info.java");
    }
  }

  @Test
  void onlyFanoutNamesAChannel() throws Exception {
    for (Path source : sources()) {
      if (!source.toString().contains("/fanout/")) {
        String text = Files.readString(source);
        assertTrue(
            !text.contains("\"parley:{") && !text.contains("parley:control"), source::toString);
      }
    }
  }

  @Test
  void everyElementOfTheContractIsCommented() throws Exception {
    Pattern element =
        Pattern.compile(
            "^ *(message|enum|service|rpc|[A-Za-z_.]+ [a-z_]+ = \\d+|repeated|[A-Z_]+ = \\d+).*");
    try (Stream<Path> walk = Files.walk(ROOT.resolve("proto/src/main/proto"))) {
      for (Path file : walk.filter(p -> p.toString().endsWith(".proto")).toList()) {
        List<String> lines = Files.readAllLines(file);
        for (int i = 1; i < lines.size(); i++) {
          Matcher matcher = element.matcher(lines.get(i));
          if (matcher.matches() && !lines.get(i).startsWith("option")) {
            String before = lines.get(i - 1).strip();
            String place = file + ":" + (i + 1);
            assertTrue(before.startsWith("//"), () -> place + " has no comment");
          }
        }
      }
    }
  }

  @Test
  void everyFileNamedInTheArchitectureExists() throws Exception {
    Matcher named =
        Pattern.compile("`([a-z-]+/[A-Za-z0-9_./-]+\\.(java|proto|lua|md|js|html))`")
            .matcher(Files.readString(ROOT.resolve("ARCHITECTURE.md")));
    int count = 0;
    while (named.find()) {
      String path = named.group(1);
      count++;
      try (Stream<Path> walk = Files.walk(ROOT)) {
        assertTrue(
            walk.anyMatch(
                p -> p.toString().endsWith("/" + path) && !p.toString().contains("/target/")),
            () -> path + " does not exist");
      }
    }
    assertTrue(count > 10, "the walk names files");
  }

  @Test
  void everyEventOfClientsIsInTheProtocolPage() throws Exception {
    String page = Files.readString(ROOT.resolve("docs/protocol.md"));
    for (String list : List.of("ClientEvents", "ServerEvents")) {
      String source =
          Files.readString(
              ROOT.resolve("edge/src/main/java/parley/edge/vocabulary/" + list + ".java"));
      Matcher name = Pattern.compile("= \"([a-z-]+)\";").matcher(source);
      while (name.find()) {
        String event = name.group(1);
        assertTrue(page.contains("`" + event), () -> event + " is not in docs/protocol.md");
      }
    }
    assertEquals(28, ChatClient.EVENTS.size());
  }

  /// Where threads are started that are no {@link parley.process.Worker}, and why.
  private static final Map<String, String> OTHER_THREADS =
      Map.ofEntries(
          Map.entry("RoomLog", "a task for each run of a lane"),
          Map.entry("Requests", "a task for each read"),
          Map.entry("ServiceServer", "a task for each call"),
          Map.entry("Recoveries", "a task"),
          Map.entry("Restoring", "a task"),
          Map.entry("Drain", "a task for each client"),
          Map.entry("Hearing", "a task for each client that asks to be let in"),
          Map.entry("EmbeddedRedisPair", "development and tests only"),
          Map.entry("ClusterPublisher", "a task"),
          Map.entry("ClusterSubscriber", "a task"),
          Map.entry("InMemoryBus", "tests only"),
          Map.entry("LocalCluster", "a task"),
          Map.entry("TrainingLoad", "a task for each visitor"));

  @Test
  void longLivedThreadsAndPeriodicWorkAreWorkers() throws Exception {
    Pattern thread =
        Pattern.compile(
            "Thread\\s*\\.(ofVirtual|ofPlatform|startVirtualThread)|new Thread\\(|new Timer\\("
                + "|Executors\\s*\\.new|ScheduledExecutorService");
    for (Path source : sources()) {
      String file = source.getFileName().toString().replace(".java", "");
      String path = source.toString();
      if (path.contains("/process/src/") || path.contains("/bench/src/")) {
        continue;
      }
      if (!OTHER_THREADS.containsKey(file)) {
        assertFalse(
            thread.matcher(Files.readString(source)).find(),
            () -> path + " starts a thread that is no Worker: nobody would see its end");
      }
    }
  }
}
