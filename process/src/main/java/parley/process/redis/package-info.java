/// Lua scripts, by which several keys of Redis change together, and commands that go out together;
/// every answer of Redis is read. For modules that have Jedis.
@NullMarked
package parley.process.redis;

import org.jspecify.annotations.NullMarked;
