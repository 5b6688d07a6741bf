/// Who is connected and in which room, kept in Redis. {@link parley.presence.roster.RosterKeys} is
/// the only place that names the keys.
@NullMarked
package parley.presence.roster;

import org.jspecify.annotations.NullMarked;
