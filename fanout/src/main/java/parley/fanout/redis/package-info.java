/// The bus over Redis pub/sub: one pipelined publisher, one subscriber connection that survives
/// restarts of Redis. Start with {@link parley.fanout.redis.RedisBus}.
@NullMarked
package parley.fanout.redis;

import org.jspecify.annotations.NullMarked;
