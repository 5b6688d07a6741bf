package parley.system;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import parley.proto.api.CreateRoomRequest;
import parley.proto.api.PutUserRequest;
import parley.proto.chat.RoomKind;
import parley.proto.chat.User;

/// People and rooms whose every text holds markup.
@Timeout(180)
abstract class MarkedTexts {

  static final Duration PATIENCE = Duration.ofSeconds(20);
  static final String WRITTEN = "<b> & &lt;";
  static final String ESCAPED = "&lt;b&gt; & &amp;lt;";

  static Parley parley;

  @BeforeAll
  static void start() throws Exception {
    parley = Parley.recovering();
  }

  static String user(String name) {
    String id = parley.user(name);
    parley
        .users()
        .putUser(
            PutUserRequest.newBuilder()
                .setUser(
                    User.newBuilder()
                        .setId(id)
                        .setUsername(WRITTEN)
                        .setAvatar(WRITTEN)
                        .setEmail(WRITTEN)
                        .setPhoneNumber(WRITTEN)
                        .setActive(true))
                .build());
    return id;
  }

  static String room(String... members) {
    return parley
        .rooms()
        .createRoom(
            CreateRoomRequest.newBuilder()
                .setKind(RoomKind.GROUP)
                .setName(WRITTEN)
                .addAllMemberIds(List.of(members))
                .build())
        .getId();
  }
}
