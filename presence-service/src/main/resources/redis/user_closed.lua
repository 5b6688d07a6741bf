-- A connection of a user ends. Repeating it changes nothing.
-- KEYS[1] set     user_sockets:{user}
-- KEYS[2] string  presence:{user}
-- KEYS[3] hash    presence_card:{user}
-- ARGV[1] connection
-- Returns how many are left
if redis.call('SREM', KEYS[1], ARGV[1]) == 1 then
  local now = redis.call('TIME')
  redis.call('HSET', KEYS[3], 'left', string.format('%.0f', now[1] * 1000 + math.floor(now[2] / 1000)))
end
return redis.call('SCARD', KEYS[1])
