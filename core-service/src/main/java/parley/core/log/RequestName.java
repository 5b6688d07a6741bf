package parley.core.log;

/// What makes a request the same one when it is sent again.
///
/// @param text unique among the sender's requests of one kind, or among all when it was minted
/// @param given the client chose it
public record RequestName(String text, boolean given) {

  /// The client's own id for it where it gave one, else the edge's, which stays the same over
  /// re-sends.
  public static RequestName of(String clientMessageId, String requestKey) {
    return clientMessageId.isEmpty()
        ? minted("r:" + requestKey)
        : new RequestName(clientMessageId, true);
  }

  /// A name that nobody else can have made.
  public static RequestName minted(String text) {
    return new RequestName(text, false);
  }
}
