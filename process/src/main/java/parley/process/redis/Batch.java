package parley.process.redis;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.UnifiedJedis;

/// Commands that Redis gets in one go and carries out in their order, and what is to be done when
/// it has answered, which may be more commands. For one thread.
public final class Batch {

  /// What follows the answers.
  public interface Step {

    /// @param next for what Redis is to do then
    void go(Batch next);
  }

  /// A command, and later its answer.
  private static final class Command<T> implements Supplier<T> {
    private final Function<AbstractPipeline, Response<T>> command;
    private @Nullable Response<T> answer;

    Command(Function<AbstractPipeline, Response<T>> command) {
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

  private final UnifiedJedis redis;
  private final Set<LuaScript> sent = new HashSet<>();
  private List<Command<?>> commands = new ArrayList<>();
  private List<Step> steps = new ArrayList<>();

  public Batch(UnifiedJedis redis) {
    this.redis = redis;
  }

  /// Adds a command. A connection is taken when it is carried out, and not before: a batch may be
  /// given up.
  ///
  /// @return its answer, to be read in a {@link #then}
  public <T> Supplier<T> add(Function<AbstractPipeline, Response<T>> command) {
    Command<T> added = new Command<>(command);
    commands.add(added);
    return added;
  }

  /// Adds a call of a script: the first one carries its source, so that Redis knows the others'.
  public Supplier<Object> call(LuaScript script, List<String> keys, List<String> arguments) {
    boolean first = sent.add(script);
    return add(pipeline -> script.in(pipeline, first, keys, arguments));
  }

  /// As {@link #call}, with keys and arguments that are not text.
  public Supplier<Object> callWithBytes(
      LuaScript script, List<byte[]> keys, List<byte[]> arguments) {
    boolean first = sent.add(script);
    return add(pipeline -> script.inBytes(pipeline, first, keys, arguments));
  }

  /// Adds what is to be done when all commands so far were answered.
  public void then(Step step) {
    steps.add(step);
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
  /// @throws redis.clients.jedis.exceptions.JedisException when Redis fails, or refuses a command;
  ///     what followed is not done then
  public void carryOut() {
    while (!commands.isEmpty() || !steps.isEmpty()) {
      List<Step> due = steps;
      steps = new ArrayList<>();
      send().forEach(Command::get); // throws what Redis refused
      due.forEach(step -> step.go(this));
    }
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
    send();
  }

  /// @return what was sent, all of it answered
  private List<Command<?>> send() {
    List<Command<?>> sending = commands;
    commands = new ArrayList<>();
    sent.clear();
    if (!sending.isEmpty()) {
      try (AbstractPipeline pipeline = redis.pipelined()) {
        sending.forEach(command -> command.send(pipeline));
        pipeline.sync();
      }
    }
    return sending;
  }
}
