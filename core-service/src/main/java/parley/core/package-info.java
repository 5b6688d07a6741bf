/// The core service: rooms, messages, users; the only writer of chat data. Knows no socket.
///
/// Start with {@link parley.core.CoreMain} for the wiring and {@link parley.core.log.RoomLane} for
/// what the service exists for.
@NullMarked
package parley.core;

import org.jspecify.annotations.NullMarked;
