/// Lua scripts, by which several keys of Redis change together.
@NullMarked
package parley.presence.script;

import org.jspecify.annotations.NullMarked;
