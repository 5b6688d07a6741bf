package parley.core.log;

import com.mongodb.event.CommandListener;
import com.mongodb.event.CommandStartedEvent;
import java.util.ArrayList;
import java.util.List;
import org.bson.BsonValue;

/// Writes down what a thread asks the store.
final class StoreTrips implements CommandListener {

  private final ThreadLocal<List<String>> asked = new ThreadLocal<>();

  /// @return command and collection of each
  List<String> during(Runnable action) {
    List<String> commands = new ArrayList<>();
    asked.set(commands);
    try {
      action.run();
    } finally {
      asked.remove();
    }
    return commands;
  }

  @Override
  public void commandStarted(CommandStartedEvent event) {
    List<String> commands = asked.get();
    if (commands != null) {
      BsonValue collection = event.getCommand().get(event.getCommandName());
      commands.add(
          event.getCommandName()
              + " "
              + (collection.isString() ? collection.asString().getValue() : ""));
    }
  }
}
