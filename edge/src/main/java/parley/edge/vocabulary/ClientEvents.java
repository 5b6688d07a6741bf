package parley.edge.vocabulary;

/// What clients may say (R2, R3).
public final class ClientEvents {

  public static final String JOIN_ROOM = "join-room";
  public static final String LEAVE_ROOM = "leave-room";
  public static final String SEND_MESSAGE = "send-message";
  public static final String EDIT_MESSAGE = "edit-message";
  public static final String DELETE_MESSAGE = "delete-message";
  public static final String GET_RECENT_MESSAGES = "get-recent-messages";
  public static final String PING = "ping";

  private ClientEvents() {}
}
