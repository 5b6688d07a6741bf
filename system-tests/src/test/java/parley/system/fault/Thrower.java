package parley.system.fault;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.security.ProtectionDomain;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/// Lives in the process that it befalls: an agent that lets one call of so many throw, of those
/// who hear a topic, who are delivered to, and who apply an entry. It is one class, since that is
/// what {@link Throwing} takes there.
public final class Thrower implements ClassFileTransformer {

  /// How many calls threw, and in how many classes there are such calls.
  static final String THROWN = "parley.fault.thrown";

  static final String WOVEN = "parley.fault.woven";

  private static final Map<String, Set<String>> WHERE =
      Map.of(
          "parley/edge/session/Stay", Set.of("deliver", "send"),
          "parley/edge/room/LocalRoom", Set.of("event", "begun"),
          "parley/edge/user/UserFeed", Set.of("event", "begun"),
          "parley/edge/presence/PresenceFeed", Set.of("event", "begun"),
          "parley/presence/api/Watchers", Set.of("event", "begun"),
          "parley/core/log/Projections", Set.of("apply", "applyLate"));

  private static final AtomicInteger THROWS = new AtomicInteger();
  private static boolean woven;
  private static volatile int odds;

  private Thrower() {}

  /// @param argument one call of how many throws; 0 = none
  public static void agentmain(String argument, Instrumentation instrumentation) throws Exception {
    if (!woven) {
      woven = true;
      instrumentation.addTransformer(new Thrower(), true);
      Class<?>[] loaded =
          Arrays.stream(instrumentation.getAllLoadedClasses())
              .filter(type -> WHERE.containsKey(type.getName().replace('.', '/')))
              .toArray(Class<?>[]::new);
      instrumentation.retransformClasses(loaded);
      System.setProperty(WOVEN, Integer.toString(loaded.length));
    }
    odds = Integer.parseInt(argument);
    System.setProperty(THROWN, Integer.toString(THROWS.get()));
  }

  /// Called first thing by each method that may throw.
  public static void strike() {
    int among = odds;
    if (among > 0 && ThreadLocalRandom.current().nextInt(among) == 0) {
      THROWS.incrementAndGet();
      throw new IllegalStateException("it throws, as it was asked to");
    }
  }

  @Override
  public byte[] transform(
      ClassLoader loader, String name, Class<?> redefined, ProtectionDomain domain, byte[] bytes) {
    Set<String> methods = WHERE.get(name);
    if (methods == null) {
      return null;
    }
    CodeTransform striking = CodeTransform.ofStateful(Thrower::striking);
    ClassFile files = ClassFile.of();
    return files.transformClass(
        files.parse(bytes),
        ClassTransform.transformingMethodBodies(
            method -> methods.contains(method.methodName().stringValue()), striking));
  }

  private static CodeTransform striking() {
    boolean[] begun = new boolean[1];
    return (code, element) -> {
      if (!begun[0]) {
        begun[0] = true;
        code.invokestatic(
            ClassDesc.of(Thrower.class.getName()), "strike", MethodTypeDesc.ofDescriptor("()V"));
      }
      code.with(element);
    };
  }
}
