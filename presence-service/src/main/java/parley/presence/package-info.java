/// The presence service: who is connected where, and who is in which room now. Its state is in
/// Redis; it is the only writer of those keys. Knows no socket.
///
/// Start with {@link parley.presence.PresenceMain} for the wiring and
/// {@link parley.presence.roster.Roster} for the state.
@NullMarked
package parley.presence;

import org.jspecify.annotations.NullMarked;
