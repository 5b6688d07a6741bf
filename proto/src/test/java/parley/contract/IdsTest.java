package parley.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdsTest {

  @ParameterizedTest
  @ValueSource(strings = {"a", "general", "A-z_0.9:@=", "dm:3:ana:ben"})
  void acceptsIdsOfTheAlphabet(String text) {
    assertEquals(text, new RoomId(text).value());
    assertEquals(text, new UserId(text).value());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a b", "a~b", "a/b", "ä", "a\nb", "<b>"})
  void refusesOtherTexts(String text) {
    assertThrows(InvalidIdException.class, () -> new RoomId(text));
    assertThrows(InvalidIdException.class, () -> new UserId(text));
  }

  @Test
  void refusesTextsOverAHundredCharacters() {
    assertEquals(100, new RoomId("a".repeat(100)).value().length());
    assertThrows(InvalidIdException.class, () -> new RoomId("a".repeat(101)));
  }

  @Test
  void aMessageIdIsParsedBackAndSortsByPosition() {
    MessageId nine = new MessageId(new RoomId("general"), 9);
    MessageId ten = new MessageId(new RoomId("general"), 10);
    assertEquals("general~0000000000000009", nine.toString());
    assertEquals(nine, MessageId.parse(nine.toString()));
    assertTrue(nine.toString().compareTo(ten.toString()) < 0);
    assertTrue(MessageId.text(new RoomId("general"), 0).compareTo(nine.toString()) < 0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "general",
        "general~1",
        "general~000000000000000G",
        "general~000000000000000A",
        "~0000000000000001",
        "general~0000000000000000",
        "general~ffffffffffffffff",
        "gen eral~0000000000000001"
      })
  void whatIsNoMessageIdIsRefused(String text) {
    assertThrows(InvalidIdException.class, () -> MessageId.parse(text));
  }

  @Test
  void theDirectRoomOfTwoIsOneWhicheverWayRound() {
    UserId ana = new UserId("ana");
    UserId ben = new UserId("ben");
    assertEquals(RoomId.direct(ana, ben), RoomId.direct(ben, ana));
  }

  @Test
  void differentPairsHaveDifferentDirectRooms() {
    RoomId one = RoomId.direct(new UserId("a:b"), new UserId("c"));
    RoomId other = RoomId.direct(new UserId("a"), new UserId("b:c"));
    assertEquals(List.of(new UserId("a:b"), new UserId("c")), one.pair());
    assertEquals(List.of(new UserId("a"), new UserId("b:c")), other.pair());
    for (String none : List.of("room", "dm:ana:ben", "dm:3:ana", "dm:2:ana:ben", "dm:999:a:b")) {
      assertEquals(List.of(), new RoomId(none).pair());
    }
    assertTrue(!one.equals(other), one + " and " + other);
  }
}
