package parley.core.log;

import parley.core.room.Rooms;
import parley.core.user.Users;
import parley.fanout.BusPublisher;

/// What every lane works with.
record LaneParts(
    LogStore store,
    Committer committer,
    Rooms rooms,
    Users users,
    RoomEvents events,
    BusPublisher bus) {}
