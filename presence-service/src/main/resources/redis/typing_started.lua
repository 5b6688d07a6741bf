-- A user types in a room, or types on.
-- KEYS[1] set  typing:{room}   users   KEYS[2] sorted set  typing_until:{room}   by when it ends, ms
-- ARGV[1] user   ARGV[2] milliseconds until it ends
-- Returns when it ends
local now = redis.call('TIME')
local ends = now[1] * 1000 + math.floor(now[2] / 1000) + ARGV[2]
redis.call('SADD', KEYS[1], ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[2] * 2)
redis.call('ZADD', KEYS[2], ends, ARGV[1])
redis.call('PEXPIRE', KEYS[2], ARGV[2] * 2)
return ends
