/// Lua scripts, by which several keys of Redis change together, and commands that go out together.
@NullMarked
package parley.presence.script;

import org.jspecify.annotations.NullMarked;
