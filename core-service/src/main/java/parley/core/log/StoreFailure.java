package parley.core.log;

import com.mongodb.MongoBulkWriteException;
import com.mongodb.MongoCommandException;
import com.mongodb.MongoException;
import com.mongodb.MongoWriteException;
import com.mongodb.bulk.BulkWriteError;
import java.util.Set;
import java.util.stream.Collectors;
import org.bson.BsonSerializationException;

/// What a failure of MongoDB says of the write that failed.
public enum StoreFailure {
  /// A key is taken.
  COLLISION,
  /// The server, or the driver, will not have it, and would not the next time: a validator (121),
  /// no permission (13), a document that is too large.
  REFUSAL,
  /// Nobody can say whether it was written: a connection lost, a primary that steps down, a write
  /// concern that was not met.
  UNKNOWN;

  private static final int DUPLICATE_KEY = 11_000;

  /// No permission, not signed in: whatever this node had asked for.
  private static final Set<Integer> OF_ALL = Set.of(13, 18);

  /// Codes of a server that is on its way out, too busy, or out of disk: a repeat may succeed. The
  /// first part are those of the driver's specification of retryable writes.
  private static final Set<Integer> PASSING =
      Set.of(
          6,
          7,
          63,
          64,
          89,
          91,
          133,
          150,
          189,
          234,
          262,
          9_001,
          10_107,
          11_600,
          11_602,
          13_388,
          13_435,
          13_436, // and: lock time-outs, write conflicts, time limits, interruptions, and
          // a disk that is full until somebody makes room
          24,
          46,
          50,
          112,
          202,
          246,
          11_601,
          14_031);

  static StoreFailure of(RuntimeException failure) {
    return switch (failure) {
      case MongoWriteException one -> ofCode(one, one.getCode());
      case MongoBulkWriteException bulk -> ofBulk(bulk);
      case MongoCommandException command -> ofCode(command, command.getErrorCode());
      case MongoException other -> UNKNOWN;
      case BsonSerializationException tooLarge -> REFUSAL;
      default -> throw failure;
    };
  }

  private static StoreFailure ofBulk(MongoBulkWriteException bulk) {
    return bulk.getWriteConcernError() != null || bulk.getWriteErrors().isEmpty()
        ? UNKNOWN
        : ofCode(bulk, bulk.getWriteErrors().getFirst().getCode());
  }

  private static StoreFailure ofCode(MongoException failure, int code) {
    if (code == DUPLICATE_KEY) {
      return COLLISION;
    }
    return PASSING.contains(code) || failure.hasErrorLabel("RetryableWriteError")
        ? UNKNOWN
        : REFUSAL;
  }

  /// Would a repeat of what failed so fail again?
  public static boolean lasts(RuntimeException failure) {
    boolean ofTheStore =
        failure instanceof MongoException || failure instanceof BsonSerializationException;
    return !ofTheStore || of(failure) == REFUSAL;
  }

  /// Of the writes of an unordered bulk those that may succeed later, by index; those that are
  /// refused for good are not among them.
  ///
  /// @throws MongoBulkWriteException the one given, when it says nothing of each
  public static Set<Integer> unwritten(MongoBulkWriteException bulk) {
    if (bulk.getWriteConcernError() != null || bulk.getWriteErrors().isEmpty()) {
      throw bulk;
    }
    return bulk.getWriteErrors().stream()
        .filter(one -> one.getCode() == DUPLICATE_KEY || PASSING.contains(one.getCode()))
        .map(BulkWriteError::getIndex)
        .collect(Collectors.toSet());
  }

  /// Does what failed so fail for what it was, and not because this node may not write at all?
  static boolean isOfOne(RuntimeException failure) {
    return lasts(failure)
        && !(failure instanceof MongoException store && OF_ALL.contains(store.getCode()));
  }
}
