package parley.core.log;

import java.util.concurrent.atomic.AtomicInteger;
import parley.core.room.Rooms;
import parley.core.user.Users;
import parley.fanout.BusPublisher;

/// What every lane works with.
///
/// @param remembered how many entries all lanes of this node hold in memory
record LaneParts(
    LogStore store,
    Committer committer,
    Projector projector,
    Rooms rooms,
    Users users,
    RoomEvents events,
    RequestKeys keys,
    CommittedHeads heads,
    BusPublisher bus,
    AtomicInteger remembered) {}
