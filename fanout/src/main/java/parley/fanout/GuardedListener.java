package parley.fanout;

import java.util.UUID;

/// A listener whose failures end with it: what it throws is logged with a correlation id, and the
/// thread that called it goes on to the other topics. What it threw at counts as heard. An `Error`
/// passes: nobody can say what is left of the process then. It hears one thing at a time, also
/// while its topic moves from one connection, which has its own reading thread, to another.
public final class GuardedListener implements TopicListener {

  private static final System.Logger LOG = System.getLogger(GuardedListener.class.getName());

  private final String channel;
  private final TopicListener listener;

  /// @param channel for the log
  public GuardedListener(String channel, TopicListener listener) {
    this.channel = channel;
    this.listener = listener;
  }

  @Override
  public void event(byte[] payload) {
    guarded("event", () -> listener.event(payload));
  }

  @Override
  public void begun(long epoch) {
    guarded("begun", () -> listener.begun(epoch));
  }

  @Override
  public void broken() {
    guarded("broken", listener::broken);
  }

  private synchronized void guarded(String call, Runnable told) {
    try {
      told.run();
    } catch (RuntimeException e) {
      LOG.log(
          System.Logger.Level.ERROR,
          "the listener of " + channel + " failed at " + call + ", " + UUID.randomUUID(),
          e);
    }
  }
}
