-- Makes something due after a while.
-- KEYS[1] sorted set  presence_due
-- ARGV[1] milliseconds from now   ARGV[2] what
local now = redis.call('TIME')
redis.call('ZADD', KEYS[1], now[1] * 1000 + math.floor(now[2] / 1000) + ARGV[1], ARGV[2])
return 0
