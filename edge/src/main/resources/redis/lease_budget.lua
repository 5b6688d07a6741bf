-- Leases a part of a user's budget of this window. The window begins with the first lease.
-- KEYS[1] string  rate:{user}:kind  what was leased in this window; expires with it
-- ARGV[1] budget  ARGV[2] wanted  ARGV[3] window in ms
-- Returns {granted, ms left in the window}
local used = tonumber(redis.call('GET', KEYS[1]) or '0')
local granted = math.max(0, math.min(tonumber(ARGV[2]), tonumber(ARGV[1]) - used))
if used == 0 then
  redis.call('SET', KEYS[1], granted, 'PX', ARGV[3])
elseif granted > 0 then
  redis.call('INCRBY', KEYS[1], granted)
end
return {granted, redis.call('PTTL', KEYS[1])}
