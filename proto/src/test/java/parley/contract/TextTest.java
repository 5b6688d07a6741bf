package parley.contract;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextTest {

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "ä", "\ud83d\ude00", "x\ud83d\ude00y"})
  void whatUtf8CarriesIsWellFormed(String text) {
    assertTrue(Text.isWellFormed(text));
    assertTrue(Text.isName(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\ud800A", "\udfffA", "A\ud800", "\ude00\ud83d", "\ud83d\ud83d\ude00"})
  void aLoneSurrogateIsNot(String text) {
    assertFalse(Text.isWellFormed(text));
    assertFalse(Text.isName(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"<b>", "a<", ">"})
  void aNameHasNoAngleBrackets(String text) {
    assertTrue(Text.isWellFormed(text));
    assertFalse(Text.isName(text));
  }
}
