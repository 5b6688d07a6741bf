-- A user types in a room, or types on.
-- KEYS[1] sorted set  typing:{room}   users by when it ends, ms
-- ARGV[1] user   ARGV[2] milliseconds until it ends
-- Returns when it ends
local now = redis.call('TIME')
local ends = now[1] * 1000 + math.floor(now[2] / 1000) + ARGV[2]
redis.call('ZADD', KEYS[1], ends, ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[2] * 2)
return ends
