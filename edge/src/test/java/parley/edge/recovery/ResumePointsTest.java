package parley.edge.recovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import parley.contract.RoomId;
import parley.proto.recovery.SavedConnection;
import parley.proto.recovery.SavedRoom;
import parley.proto.recovery.SavedRun;

/// What a client missed is worked out from its offset and what was saved: exactly, or from a time
/// on.
@Timeout(60)
class ResumePointsTest {

  private static final RoomId A = new RoomId("a");
  private static final RoomId B = new RoomId("b");
  private static final RoomId C = new RoomId("c");

  /// Of an event.
  private static Offset offset(RoomId room, long seq, long watermark) {
    return new Offset(room, seq, watermark, 0);
  }

  private static SavedConnection saved(Trail trail, Map<RoomId, long[]> rooms) {
    SavedConnection.Builder saved =
        SavedConnection.newBuilder().setEnded(true).setWhole(trail.whole());
    rooms.forEach(
        (room, at) ->
            saved.addRooms(
                SavedRoom.newBuilder().setRoomId(room.value()).setJoined(at[0]).setCursor(at[1])));
    trail
        .runs()
        .forEach(
            run ->
                saved.addRuns(
                    SavedRun.newBuilder()
                        .setRoomId(run.room().value())
                        .setFirst(run.first())
                        .setLast(run.last())
                        .setMark(run.mark())));
    return saved.build();
  }

  @Test
  void eachRoomGoesOnBehindWhatArrived() {
    Trail trail = new Trail();
    trail.add(A, 5);
    trail.add(B, 7);
    trail.add(A, 6);
    trail.add(A, 7);
    trail.add(B, 8);
    SavedConnection saved =
        saved(trail, Map.of(A, new long[] {2, 7}, B, new long[] {2, 8}, C, new long[] {2, 9}));
    assertEquals(
        Map.of(A, new Resume.After(6), B, new Resume.After(7), C, new Resume.After(9)),
        ResumePoints.of(saved, offset(A, 6, 0)));
    assertEquals(
        Map.of(A, new Resume.After(4), B, new Resume.After(6), C, new Resume.After(9)),
        ResumePoints.of(saved, null));
  }

  @Test
  void nothingFromBeforeARoomWasEnteredIsSent() {
    SavedConnection saved = saved(new Trail(), Map.of(A, new long[] {30, 30}));
    assertEquals(Map.of(A, new Resume.After(30)), ResumePoints.of(saved, offset(A, 6, 0)));
  }

  @Test
  void ofAnEdgeThatDiedOnlyTheTimeIsKnown() {
    SavedConnection saved =
        SavedConnection.newBuilder()
            .addRooms(SavedRoom.newBuilder().setRoomId("a").setJoined(3))
            .addRooms(SavedRoom.newBuilder().setRoomId("b").setJoined(4))
            .build();
    assertEquals(
        Map.of(A, new Resume.After(9), B, new Resume.Since(4, 8_000)),
        ResumePoints.of(saved, offset(A, 9, 10_000)));
    assertEquals(
        Map.of(A, new Resume.After(3), B, new Resume.After(4)), ResumePoints.of(saved, null));
  }

  @Test
  void whatIsSavedMayBeOldUnlessTheEdgeSavedItAtTheEnd() {
    Offset bare = offset(A, 6, Offset.NONE);
    SavedConnection lasting =
        SavedConnection.newBuilder()
            .addRooms(SavedRoom.newBuilder().setRoomId("a").setJoined(3))
            .build();
    assertNull(ResumePoints.of(lasting, bare));
    assertNull(ResumePoints.of(lasting, offset(B, 6, 5_000)), "it was in another room too");
    Trail trail = new Trail();
    trail.add(B, 4);
    trail.mark(A, 6, 77);
    trail.add(B, 5);
    assertEquals(
        Map.of(A, new Resume.After(6), B, new Resume.After(4)),
        ResumePoints.of(
            saved(trail, Map.of(A, new long[] {6, 6}, B, new long[] {2, 5})),
            new Offset(A, 6, Offset.NONE, 77)));
    assertEquals(bare, Offset.parse(bare.text()));
    Offset marked = new Offset(A, 6, Offset.NONE, 77);
    assertEquals(marked, Offset.parse(marked.text()));
  }

  @Test
  void aRoomThatItsClientWasNotToldOfIsNotEnteredAgain() {
    SavedConnection saved =
        SavedConnection.newBuilder()
            .addRooms(SavedRoom.newBuilder().setRoomId("a").setEntering(true))
            .addRooms(SavedRoom.newBuilder().setRoomId("b").setJoined(1))
            .build();
    assertEquals(Map.of(B, new Resume.After(1)), ResumePoints.of(saved, null));
    assertEquals(
        Map.of(A, new Resume.Since(0, 3_000), B, new Resume.After(2)),
        ResumePoints.of(saved, offset(B, 2, 5_000)));
  }

  /// A client that asked to enter from 97 on, at 104, and may not have heard the answer, must not
  /// go on behind 104.
  @Test
  void whoMayNotHaveHeardThatItIsInGetsWhatItAskedFor() {
    SavedRoom a =
        SavedRoom.newBuilder()
            .setRoomId("a")
            .setSince(97)
            .setJoined(104)
            .setCursor(106)
            .setMark(9)
            .setToldAtMs(5_000)
            .build();
    SavedRoom b = SavedRoom.newBuilder().setRoomId("b").setJoined(1).setCursor(5).build();
    Trail trail = new Trail();
    trail.add(B, 5);
    trail.mark(A, 104, 9);
    trail.add(A, 106);
    SavedConnection.Builder ended = saved(trail, Map.of()).toBuilder().addRooms(a).addRooms(b);
    assertEquals(
        Map.of(A, new Resume.After(97), B, new Resume.After(5)),
        ResumePoints.of(ended.build(), offset(B, 5, 4_000)));
    assertEquals(
        Map.of(A, new Resume.After(97), B, new Resume.After(4)),
        ResumePoints.of(ended.build(), offset(A, 97, 4_000)),
        "heard on another connection");
    assertEquals(
        new Resume.After(104), ResumePoints.of(ended.build(), new Offset(A, 104, 4_000, 9)).get(A));
    SavedConnection killed = SavedConnection.newBuilder().addRooms(a).addRooms(b).build();
    assertEquals(new Resume.After(97), ResumePoints.of(killed, offset(B, 5, 5_000)).get(A));
    assertEquals(new Resume.After(97), ResumePoints.of(killed, offset(A, 97, 5_000)).get(A));
    assertEquals(new Resume.Since(104, 6_000), ResumePoints.of(killed, offset(B, 5, 8_000)).get(A));
    SavedConnection entering =
        SavedConnection.newBuilder()
            .addRooms(SavedRoom.newBuilder().setRoomId("a").setSince(97).setEntering(true))
            .addRooms(b)
            .build();
    assertEquals(new Resume.After(97), ResumePoints.of(entering, offset(B, 5, 99_000)).get(A));
    assertEquals(
        Map.of(B, new Resume.After(5)),
        ResumePoints.of(
            entering.toBuilder().setEnded(true).setWhole(true).build(), offset(B, 5, 0)));
  }

  @Test
  void anAnsweredPingProvesWhatWasSentBeforeIt() {
    Trail trail = new Trail();
    trail.add(A, 1);
    trail.add(B, 1);
    trail.add(B, 2);
    trail.pinged();
    trail.add(B, 3);
    trail.add(A, 2);
    trail.ponged();
    assertEquals(List.of(new Trail.Run(B, 3, 3), new Trail.Run(A, 2, 2)), trail.runs());
    trail.pinged();
    trail.ponged();
    assertEquals(List.of(), trail.runs());
    trail.ponged();
    trail.add(A, 3);
    assertEquals(List.of(new Trail.Run(A, 3, 3)), trail.runs());
  }

  @Test
  void aTrailThatForgotSaysSoUntilAPingProvesTheRest() {
    Trail trail = new Trail();
    for (int i = 1; i <= 1_000; i++) {
      trail.add(i % 2 == 0 ? A : B, i);
    }
    assertTrue(trail.runs().size() <= 512);
    assertTrue(!trail.whole());
    SavedConnection saved = saved(trail, Map.of(A, new long[] {0, 1_000}, B, new long[] {0, 999}));
    assertEquals(new Resume.Since(0, 3_000), ResumePoints.of(saved, offset(B, 3, 5_000)).get(A));
    trail.pinged();
    trail.add(A, 1_002);
    trail.ponged();
    assertTrue(trail.whole());
    assertEquals(List.of(new Trail.Run(A, 1_001, 1_002)), trail.runs());
  }

  @Test
  void whatIsNoOffsetIsNone() {
    assertEquals(offset(A, 36, 99_999), Offset.parse(offset(A, 36, 99_999).text()));
    for (String text :
        List.of(
            "",
            "a",
            "a~b",
            "a~1~2~3~4",
            "a~1~2~0",
            "a~1~2~-3",
            "a~1~2~",
            "~1~2",
            "a~-1~2",
            "a~1~-2",
            "é~1~2")) {
      assertNull(Offset.parse(text), text);
    }
  }

  /// Whatever is sent in whatever order, and wherever the client stopped hearing, it gets exactly
  /// the rest.
  @Test
  void theRestIsExactWhateverWasSent() {
    for (int seed = 0; seed < 2_000; seed++) {
      Random random = new Random(seed);
      List<RoomId> rooms = List.of(A, B, C);
      Map<RoomId, Long> heads = new HashMap<>(Map.of(A, 1L, B, 1L, C, 1L));
      Trail trail = new Trail();
      List<Offset> sent = new ArrayList<>();
      int heard = 0;
      int atPing = 0;
      int steps = random.nextInt(60);
      for (int i = 0; i < steps; i++) {
        RoomId room = rooms.get(random.nextInt(3));
        if (random.nextInt(8) == 0) { // joins again where it is
          long mark = sent.size() + 1;
          trail.mark(room, heads.get(room), mark);
          sent.add(new Offset(room, heads.get(room), 0, mark));
          continue;
        }
        long seq = heads.merge(room, random.nextInt(5) == 0 ? 2L : 1L, Long::sum); // voids
        trail.add(room, seq);
        sent.add(offset(room, seq, 0));
        heard += random.nextInt(sent.size() - heard + 1);
        if (random.nextInt(10) == 0) {
          trail.pinged();
          atPing = sent.size();
        }
        if (atPing > 0 && heard >= atPing && random.nextInt(3) == 0) {
          trail.ponged();
          atPing = 0;
        }
      }
      Map<RoomId, long[]> saved = new HashMap<>();
      heads.forEach((room, head) -> saved.put(room, new long[] {1, head}));
      Map<RoomId, Resume> points =
          ResumePoints.of(saved(trail, saved), heard == 0 ? null : sent.get(heard - 1));
      for (int i = 0; i < sent.size(); i++) {
        Offset each = sent.get(i);
        if (each.mark() != 0) {
          continue; // no event
        }
        long after = ((Resume.After) points.get(each.room())).seq();
        assertEquals(i >= heard, each.seq() > after, "seed " + seed + ", " + each + ", " + points);
      }
    }
  }
}
