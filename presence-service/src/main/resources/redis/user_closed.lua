-- A connection of a user ends. Repeating it changes nothing. Of the invisible it is not noted when:
-- they are shown as gone already.
-- KEYS[1] set     user_sockets:{user}
-- KEYS[2] string  presence:{user}
-- KEYS[3] hash    presence_card:{user}
-- ARGV[1] connection   ARGV[2] TTL, ms
-- Returns how many are left
if redis.call('SREM', KEYS[1], ARGV[1]) == 1 and redis.call('GET', KEYS[2]) ~= 'invisible' then
  local now = redis.call('TIME')
  redis.call('HSET', KEYS[3], 'left', string.format('%.0f', now[1] * 1000 + math.floor(now[2] / 1000)))
  redis.call('PEXPIRE', KEYS[3], ARGV[2])
end
return redis.call('SCARD', KEYS[1])
