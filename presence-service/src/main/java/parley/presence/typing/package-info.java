/// Who is typing where, in Redis, each until it says so no more or for a few seconds.
@NullMarked
package parley.presence.typing;

import org.jspecify.annotations.NullMarked;
