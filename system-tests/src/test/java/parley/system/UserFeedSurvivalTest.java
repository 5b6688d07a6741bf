package parley.system;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import parley.proto.chat.Role;

/// What is said to a user is heard, although the bus is away or loses it.
@Timeout(180)
class UserFeedSurvivalTest extends SurvivalFixture {

  private final Set<ChatClient> busy = new HashSet<>();

  private static long told(ChatClient client, String event, String key, String value) {
    return client.heard(event).stream().filter(e -> e.optString(key).equals(value)).count();
  }

  private static void awaitTold(ChatClient client, String event, String key, String value) {
    await().atMost(Duration.ofSeconds(20)).until(() -> told(client, event, key, value) == 1);
  }

  @Test
  void membershipsThatChangeWhileTheBusIsAwayAreHeardMeanwhile() throws Exception {
    String ana = parley.user("ana");
    String owner = parley.user("owner");
    String kept = parley.room(ana, owner);
    try (ChatClient phone = parley.connect(0, ana);
        ChatClient laptop = parley.connect(1, ana)) {
      phone.join(kept);
      laptop.join(kept);
      parley.cluster.child("redis").killAndHold();
      String first = parley.room(ana, owner);
      String second = parley.room(owner);
      parley.add(second, ana, Role.MEMBER);
      for (ChatClient device : new ChatClient[] {phone, laptop}) {
        awaitTold(device, "member-added", "roomId", first);
        awaitTold(device, "member-added", "roomId", second);
      }
      parley.remove(kept, ana);
      awaitTold(phone, "removed-from-room", "roomId", kept);
      awaitTold(laptop, "removed-from-room", "roomId", kept);
      parley.cluster.child("redis").release();
      String third = parley.room(ana);
      for (ChatClient device : new ChatClient[] {phone, laptop}) {
        awaitTold(device, "member-added", "roomId", third);
        assertEquals(1, told(device, "member-added", "roomId", first), "told once");
        assertEquals(1, told(device, "member-added", "roomId", second), "told once");
      }
    } finally {
      parley.cluster.child("redis").release();
    }
  }

  @Test
  void friendsMadeWhileTheBusIsAwayHearOfEachOtherWhenItIsBack() throws Exception {
    String ana = parley.user("ana");
    String ben = parley.user("ben");
    String cleo = parley.user("cleo");
    parley.befriend(ana, cleo);
    try (ChatClient one = parley.connect(0, ana);
        ChatClient other = parley.connect(1, ben);
        ChatClient former = parley.connect(1, cleo)) {
      parley.cluster.child("redis").killAndHold();
      parley.befriend(ana, ben);
      parley.unfriend(ana, cleo);
      parley.cluster.child("redis").release();
      // Presence itself begins anew with its Redis: what is said in its first moments may go to
      // those who were friends before.
      await()
          .atMost(Duration.ofSeconds(40))
          .until(() -> changes(other) && told(one, "user-status", "userId", ben) >= 1);
      await()
          .atMost(Duration.ofSeconds(40))
          .until(
              () -> {
                long ofFormer = told(one, "user-status", "userId", cleo);
                long ofFriend = told(one, "user-status", "userId", ben);
                if (!changes(former) || !changes(other)) {
                  return false;
                }
                await()
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> told(one, "user-status", "userId", ben) > ofFriend);
                return told(one, "user-status", "userId", cleo) == ofFormer;
              });
    } finally {
      parley.cluster.child("redis").release();
    }
  }

  /// Says another status than the last one.
  private boolean changes(ChatClient client) throws Exception {
    String status = busy.remove(client) ? "away" : "busy";
    if (status.equals("busy")) {
      busy.add(client);
    }
    return client.ask("update-presence", status).getBoolean("ok");
  }
}
