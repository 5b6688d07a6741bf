package parley.edge.vocabulary;

/// What clients are told (R1.8, R2, R3, R9.1). Those marked own are named by no design.
public final class ServerEvents {

  public static final String CONNECTED = "connected";
  public static final String ERROR = "error";
  public static final String PONG = "pong";
  public static final String ROOM_JOINED = "room-joined";

  /// Own: the answer to leave-room.
  public static final String ROOM_LEFT = "room-left";

  public static final String USER_JOINED_ROOM = "user-joined-room";
  public static final String USER_LEFT_ROOM = "user-left-room";
  public static final String MESSAGE_RECEIVED = "message-received";
  public static final String MESSAGE_EDITED = "message-edited";
  public static final String MESSAGE_DELETED = "message-deleted";

  /// Own name (R3.4): somebody reacted to a message, or took that back.
  public static final String MESSAGE_REACTION = "message-reaction";

  public static final String RECENT_MESSAGES = "recent-messages";

  /// Own: a user became a member of the room.
  public static final String MEMBER_ADDED = "member-added";

  /// Own: a user is no member any more.
  public static final String MEMBER_REMOVED = "member-removed";

  /// Own: you are no member any more.
  public static final String REMOVED_FROM_ROOM = "removed-from-room";

  public static final String USER_TYPING = "user-typing";
  public static final String USER_STOPPED_TYPING = "user-stopped-typing";
  public static final String USER_ONLINE = "user-online";
  public static final String USER_OFFLINE = "user-offline";

  /// Own: a connected user says something else of itself.
  public static final String USER_STATUS = "user-status";

  public static final String ROOM_PRESENCE = "room-presence";

  /// Own: the answer to watch-presence.
  public static final String PRESENCE = "presence";

  /// Own: how many are in a large room.
  public static final String ROOM_COUNT = "room-count";

  public static final String MESSAGE_READ = "message-read";
  public static final String MESSAGES_READ = "messages-read";

  /// Own: you have read a room elsewhere, or marked something unread.
  public static final String ROOM_READ = "room-read";

  /// Own: the answer to get-unread.
  public static final String UNREAD = "unread";

  /// Own: the answer to get-readers.
  public static final String READERS = "readers";

  private ServerEvents() {}
}
