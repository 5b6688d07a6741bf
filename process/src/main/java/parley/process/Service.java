package parley.process;

import java.io.IOException;

/// What a process serves.
public interface Service extends AutoCloseable {

  /// Begins to serve. May wait for stores, for as long as it takes.
  ///
  /// @throws IOException in words for whoever started the process, when it cannot (a port that is
  ///     taken); a {@link WrongSettingException} when starting it again would not help
  /// @throws InterruptedException when interrupted
  void start() throws IOException, InterruptedException;

  /// False when what makes the service one, its listener first of all, has ended: the process then
  /// ends too. Does not block.
  boolean serves();

  /// Ends; blocks until what is under way is over, or given up.
  @Override
  void close();
}
