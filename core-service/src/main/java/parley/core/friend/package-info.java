/// Friendships: who hears of whom without sharing a room.
@NullMarked
package parley.core.friend;

import org.jspecify.annotations.NullMarked;
