package parley.edge.vocabulary;

/// What clients may say (R2, R3).
public final class ClientEvents {

  public static final String JOIN_ROOM = "join-room";
  public static final String LEAVE_ROOM = "leave-room";
  public static final String SEND_MESSAGE = "send-message";
  public static final String EDIT_MESSAGE = "edit-message";
  public static final String DELETE_MESSAGE = "delete-message";

  /// Own names (R3.4).
  public static final String ADD_REACTION = "add-reaction";

  public static final String REMOVE_REACTION = "remove-reaction";

  public static final String GET_RECENT_MESSAGES = "get-recent-messages";
  public static final String PING = "ping";

  public static final String TYPING_START = "typing-start";
  public static final String TYPING_STOP = "typing-stop";
  public static final String UPDATE_PRESENCE = "update-presence";
  public static final String GET_ROOM_PRESENCE = "get-room-presence";

  /// Own: hear of these users, whatever is shared with them.
  public static final String WATCH_PRESENCE = "watch-presence";

  public static final String MARK_READ = "mark-read";
  public static final String MARK_AS_READ = "mark-as-read";

  /// Own: a message, and those behind it, count as unread.
  public static final String MARK_UNREAD = "mark-unread";

  /// Own: messages have arrived.
  public static final String MARK_DELIVERED = "mark-delivered";

  /// Own: how much of rooms is not read.
  public static final String GET_UNREAD = "get-unread";

  /// Own: who has read a message.
  public static final String GET_READERS = "get-readers";

  private ClientEvents() {}
}
