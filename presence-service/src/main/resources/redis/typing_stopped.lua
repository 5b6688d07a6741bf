-- A user types no more in a room.
-- KEYS[1] set  typing:{room}   users   KEYS[2] sorted set  typing_until:{room}   by when it ends, ms
-- ARGV[1] user   ARGV[2] 1 = only if it was not said again in time
-- Returns 1 when it was typing
local ends = redis.call('ZSCORE', KEYS[2], ARGV[1])
if not ends then
  return 0
end
if ARGV[2] == '1' then
  local now = redis.call('TIME')
  if tonumber(ends) > now[1] * 1000 + math.floor(now[2] / 1000) then
    return 0
  end
end
redis.call('SREM', KEYS[1], ARGV[1])
redis.call('ZREM', KEYS[2], ARGV[1])
return 1
