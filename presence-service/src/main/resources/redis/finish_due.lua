-- Something is done, or failed and is put off, unless it was scheduled anew meanwhile.
-- KEYS[1] sorted set  presence_due
-- ARGV[1] what   ARGV[2] the score that claiming gave it
-- ARGV[3] milliseconds from now until it is due again; empty = it is done
local score = redis.call('ZSCORE', KEYS[1], ARGV[1])
if not score or tonumber(score) ~= tonumber(ARGV[2]) then
  return 0
end
if ARGV[3] == '' then
  redis.call('ZREM', KEYS[1], ARGV[1])
else
  local now = redis.call('TIME')
  redis.call('ZADD', KEYS[1], now[1] * 1000 + math.floor(now[2] / 1000) + ARGV[3], ARGV[1])
end
return 1
