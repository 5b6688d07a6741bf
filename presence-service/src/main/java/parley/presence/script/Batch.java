package parley.presence.script;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
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

  private final UnifiedJedis redis;
  private final List<Response<?>> answers = new ArrayList<>();
  private final Set<Script> sent = new HashSet<>();
  private List<Step> steps = new ArrayList<>();
  private @Nullable AbstractPipeline pipeline;

  public Batch(UnifiedJedis redis) {
    this.redis = redis;
  }

  /// Adds a command.
  ///
  /// @return its answer, to be read in a {@link #then}
  public <T> Response<T> add(Function<AbstractPipeline, Response<T>> command) {
    AbstractPipeline open = pipeline;
    if (open == null) {
      open = redis.pipelined();
      pipeline = open;
    }
    Response<T> answer = command.apply(open);
    answers.add(answer);
    return answer;
  }

  /// Adds a call of a script: the first one carries its source, so that Redis knows the others'.
  public Response<Object> call(Script script, List<String> keys, List<String> arguments) {
    boolean first = sent.add(script);
    return add(commands -> script.in(commands, first, keys, arguments));
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
    return answers.size();
  }

  /// Carries everything out, what follows included; then it is empty. Blocks on Redis.
  ///
  /// @throws redis.clients.jedis.exceptions.JedisException when Redis fails, or refuses a command;
  ///     what followed is not done then
  public void carryOut() {
    while (pipeline != null || !steps.isEmpty()) {
      List<Step> due = steps;
      steps = new ArrayList<>();
      send();
      due.forEach(step -> step.go(this));
    }
  }

  private void send() {
    List<Response<?>> expected = List.copyOf(answers);
    answers.clear();
    sent.clear();
    try (AbstractPipeline open = pipeline) {
      pipeline = null;
      if (open != null) {
        open.sync();
      }
    }
    expected.forEach(Response::get); // throws what Redis refused
  }
}
