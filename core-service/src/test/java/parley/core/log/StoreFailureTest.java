package parley.core.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.mongodb.MongoBulkWriteException;
import com.mongodb.MongoCommandException;
import com.mongodb.MongoSocketReadException;
import com.mongodb.MongoWriteException;
import com.mongodb.ServerAddress;
import com.mongodb.WriteError;
import com.mongodb.bulk.BulkWriteError;
import com.mongodb.bulk.BulkWriteResult;
import com.mongodb.bulk.WriteConcernError;
import java.util.List;
import java.util.Set;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonMaximumSizeExceededException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StoreFailureTest {

  private static final ServerAddress SERVER = new ServerAddress();

  @ParameterizedTest
  @CsvSource({
    "11000, COLLISION",
    "121, REFUSAL",
    "13, REFUSAL",
    "10334, REFUSAL",
    "10107, UNKNOWN",
    "91, UNKNOWN",
    "112, UNKNOWN",
    "14031, UNKNOWN",
  })
  void aCodeSaysWhetherARepeatCanHelp(int code, StoreFailure expected) {
    assertEquals(
        expected,
        StoreFailure.of(
            new MongoWriteException(
                new WriteError(code, "words", new BsonDocument()), SERVER, Set.of())));
    assertEquals(
        expected,
        StoreFailure.of(
            new MongoBulkWriteException(
                BulkWriteResult.unacknowledged(),
                List.of(new BulkWriteError(code, "words", new BsonDocument(), 3)),
                null,
                SERVER,
                Set.of())));
    assertEquals(
        expected,
        StoreFailure.of(
            new MongoCommandException(new BsonDocument("code", new BsonInt32(code)), SERVER)));
  }

  @Test
  void aWriteConcernThatWasNotMetSaysNothingOfTheWrite() {
    assertEquals(
        StoreFailure.UNKNOWN,
        StoreFailure.of(
            new MongoBulkWriteException(
                BulkWriteResult.unacknowledged(),
                List.of(),
                new WriteConcernError(64, "name", "words", new BsonDocument()),
                SERVER,
                Set.of())));
  }

  @Test
  void ofABulkThoseThatPassAreToBeWrittenAgain() {
    List<BulkWriteError> errors =
        List.of(
            new BulkWriteError(121, "words", new BsonDocument(), 0),
            new BulkWriteError(112, "words", new BsonDocument(), 4),
            new BulkWriteError(11_000, "words", new BsonDocument(), 7));
    assertEquals(
        Set.of(4, 7),
        StoreFailure.unwritten(
            new MongoBulkWriteException(
                BulkWriteResult.unacknowledged(), errors, null, SERVER, Set.of())));
  }

  @Test
  void onlyARefusalLasts() {
    assertFalse(StoreFailure.lasts(new MongoSocketReadException("words", SERVER)));
    assertTrue(StoreFailure.lasts(new BsonMaximumSizeExceededException("words")));
    assertTrue(StoreFailure.lasts(new IllegalStateException("a fault of ours")));
  }
}
