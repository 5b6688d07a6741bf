package parley.process.redis;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.UnifiedJedis;

/// Commands that Redis gets in one go and carries out in their order, and what is to be done when
/// it has answered, which may be more commands. What Redis refuses to one does not keep the others
/// from what follows their answers. For one thread.
public final class Batch {

  /// What follows the answers.
  public interface Step {

    /// @param next for what Redis is to do then
    void go(Batch next);
  }

  /// A command, and later its answer.
  private static final class Command<T> implements Supplier<T> {
    private final Object cause;
    private final Function<AbstractPipeline, Response<T>> command;
    private @Nullable Response<T> answer;

    Command(Object cause, Function<AbstractPipeline, Response<T>> command) {
      this.cause = cause;
      this.command = command;
    }

    void send(AbstractPipeline pipeline) {
      answer = command.apply(pipeline);
    }

    @Override
    public T get() {
      Response<T> known = answer;
      if (known == null) {
        throw new IllegalStateException("not carried out yet");
      }
      return known.get();
    }
  }

  private record Caused(Object cause, Step step) {}

  private final UnifiedJedis redis;
  private final Set<LuaScript> sent = new HashSet<>();
  private List<Command<?>> commands = new ArrayList<>();
  private List<Caused> steps = new ArrayList<>();
  private Object cause = this;

  public Batch(UnifiedJedis redis) {
    this.redis = redis;
  }

  /// Says for whom the following commands and steps are, and what follows from them:
  /// {@link #carryOutEach} tells whose failed.
  public void causedBy(Object whom) {
    cause = whom;
  }

  /// Adds a command. A connection is taken when it is carried out, and not before: a batch may be
  /// given up.
  ///
  /// @return its answer, to be read in a {@link #then}
  public <T> Supplier<T> add(Function<AbstractPipeline, Response<T>> command) {
    Command<T> added = new Command<>(cause, command);
    commands.add(added);
    return added;
  }

  /// Adds a call of a script: the first one carries its source, so that Redis knows the others'.
  ///
  /// @param arguments text or bytes
  public Supplier<Object> call(LuaScript script, List<String> keys, List<?> arguments) {
    boolean first = sent.add(script);
    return add(pipeline -> script.in(pipeline, first, keys, arguments));
  }

  /// Adds what is to be done when all commands so far were answered.
  public void then(Step step) {
    steps.add(new Caused(cause, step));
  }

  /// True when something is to be done after an answer.
  public boolean expectsAnswers() {
    return !steps.isEmpty();
  }

  /// How many commands wait.
  public int size() {
    return commands.size();
  }

  /// Carries everything out, what follows included; then it is empty. Blocks on Redis.
  ///
  /// @throws redis.clients.jedis.exceptions.JedisException when Redis fails, or refused a command:
  ///     the first refusal, after all others were carried out
  public void carryOut() {
    Map<Object, RuntimeException> failed = carryOutEach();
    if (!failed.isEmpty()) {
      throw failed.values().iterator().next();
    }
  }

  /// The same, but tells who failed.
  ///
  /// @return the first failure of each that failed
  /// @throws redis.clients.jedis.exceptions.JedisException when Redis cannot be asked
  public Map<Object, RuntimeException> carryOutEach() {
    Map<Object, RuntimeException> failed = new LinkedHashMap<>();
    while (!commands.isEmpty() || !steps.isEmpty()) {
      List<Caused> due = steps;
      steps = new ArrayList<>();
      send(failed);
      for (Caused one : due) {
        cause = one.cause;
        attempt(failed, one.cause, () -> one.step.go(this));
      }
    }
    return failed;
  }

  /// Carries out commands that have nothing to do with one another: what Redis refuses to one is
  /// thrown by that one's answer, and is nobody else's trouble. Who calls this reads every answer.
  /// Then the batch is empty. Blocks on Redis.
  ///
  /// @throws redis.clients.jedis.exceptions.JedisException when Redis fails; it is not known then
  ///     which commands were carried out
  /// @throws IllegalStateException when something was to follow
  public void carryOutSingly() {
    if (expectsAnswers()) {
      throw new IllegalStateException("something follows all answers");
    }
    var unused = carryOutEach();
  }

  private void send(Map<Object, RuntimeException> failed) {
    List<Command<?>> sending = commands;
    commands = new ArrayList<>();
    sent.clear();
    if (sending.isEmpty()) {
      return;
    }
    try (AbstractPipeline pipeline = redis.pipelined()) {
      sending.forEach(command -> command.send(pipeline));
      pipeline.sync();
    }
    sending.forEach(command -> attempt(failed, command.cause, command::get));
  }

  private static void attempt(Map<Object, RuntimeException> failed, Object whose, Runnable step) {
    try {
      step.run();
    } catch (RuntimeException e) {
      failed.putIfAbsent(whose, e);
    }
  }
}
