package parley.edge.event;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashSet;
import java.util.Set;
import parley.contract.InvalidIdException;
import parley.contract.RefusedException;
import parley.contract.UserId;
import parley.edge.limit.RateLimiter;
import parley.edge.presence.Interests;
import parley.edge.session.ChatSession;
import parley.edge.session.Sharing;
import parley.edge.upstream.PresenceClient;
import parley.edge.vocabulary.ClientEvents;
import parley.edge.vocabulary.Payloads;
import parley.edge.vocabulary.ServerEvents;
import parley.proto.errors.ErrorCode;
import parley.proto.presence.PresenceAsked;
import parley.proto.presence.PresenceChange;
import parley.proto.presence.PresenceRequest;
import parley.proto.presence.Presences;
import parley.proto.presence.Viewer;

/// `watch-presence {userIds}` -> `presence {users [{userId, status, text?, lastSeen?}]}`, and from
/// then on every change of theirs. A new list replaces the old one; an empty one ends it. At most
/// 200. Strangers, who share no room with the user (large ones do not count) and are no friends,
/// are shown as offline, without when they were seen last.
final class WatchPresenceHandler implements EventHandler {

  private static final int MOST_WATCHED = 200;

  private final Interests interests;
  private final Sharing sharing;
  private final PresenceClient presence;
  private final Payloads payloads;

  WatchPresenceHandler(
      Interests interests, Sharing sharing, PresenceClient presence, Payloads payloads) {
    this.interests = interests;
    this.sharing = sharing;
    this.presence = presence;
    this.payloads = payloads;
  }

  @Override
  public String name() {
    return ClientEvents.WATCH_PRESENCE;
  }

  @Override
  public RateLimiter.Kind kind() {
    return RateLimiter.Kind.OTHERS;
  }

  @Override
  public Action validate(ChatSession session, JsonNode argument, Answer answer) {
    Set<UserId> users = users(argument);
    return () -> {
      sharing.watch(session, users);
      Presences shown = users.isEmpty() ? Presences.getDefaultInstance() : ask(session, users);
      Payloads texts = payloads.forClient(session.wantsRaw());
      answer.result(
          ServerEvents.PRESENCE,
          out -> {
            out.writeArrayFieldStart("users");
            for (PresenceChange user : shown.getUsersList()) {
              texts.presence(out, user.getPresence());
            }
            out.writeEndArray();
          });
    };
  }

  private Presences ask(ChatSession session, Set<UserId> users) {
    PresenceAsked.Builder asked = PresenceAsked.newBuilder();
    if (!interests.everybody()) {
      asked.setViewer(
          Viewer.newBuilder()
              .setUserId(session.userId().value())
              .setAudience(sharing.audience(session)));
    }
    users.forEach(user -> asked.addUserIds(user.value()));
    return presence.ask(PresenceRequest.newBuilder().setAsked(asked)).getPresences();
  }

  private static Set<UserId> users(JsonNode argument) {
    JsonNode list = argument.isArray() ? argument : argument.path("userIds");
    if (!list.isArray() || list.size() > MOST_WATCHED) {
      throw new RefusedException(
          ErrorCode.INVALID_ARGUMENT, "userIds must be a list of at most 200 users");
    }
    Set<UserId> users = new LinkedHashSet<>();
    for (JsonNode id : list) {
      try {
        users.add(new UserId(id.isTextual() ? id.textValue() : ""));
      } catch (InvalidIdException e) {
        throw new RefusedException(ErrorCode.INVALID_ARGUMENT, "Invalid user ID");
      }
    }
    return users;
  }
}
