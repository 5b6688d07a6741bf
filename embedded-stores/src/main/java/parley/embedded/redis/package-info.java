/// A real redis-server as a child process, for development and tests.
@NullMarked
package parley.embedded.redis;

import org.jspecify.annotations.NullMarked;
