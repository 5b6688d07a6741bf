package parley.embedded.mongo;

import java.io.IOException;

/// A write found no room on the disk, or its file could not be made for another reason. Nothing of
/// it is there; the next may find room.
final class NoRoomException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  NoRoomException(IOException cause) {
    super("no room for another file of the journal: " + cause.getMessage(), cause);
  }
}
