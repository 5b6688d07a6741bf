-- A user without a connection is gone.
-- KEYS[1] set     user_sockets:{user}
-- KEYS[2] string  presence:{user}
-- KEYS[3] hash    presence_card:{user}
-- KEYS[4] set     presence_invisible
-- KEYS[5] sorted set  presence_due
-- ARGV[1] 1 when it was here, should nothing be remembered of it; then ARGV[2] user, ARGV[3] audience
-- ARGV[4] TTL, ms   ARGV[5] the user's id
-- ARGV[6] what is due, the version behind it, unless the change is told within 5 s
-- Returns {1, '', text, version, left, user, audience} when it went, else {0}
if redis.call('SCARD', KEYS[1]) > 0 then
  return {0}
end
local status = redis.call('GET', KEYS[2])
if not status and redis.call('HGET', KEYS[3], 'told') ~= 'here'
    and (ARGV[1] ~= '1' or redis.call('EXISTS', KEYS[3]) == 1) then
  return {0} -- it was told
end
if ARGV[1] == '1' then
  redis.call('HSET', KEYS[3], 'user', ARGV[2], 'audience', ARGV[3])
end
redis.call('DEL', KEYS[2])
redis.call('SREM', KEYS[4], ARGV[5])
local now = redis.call('TIME')
local version = math.max((tonumber(redis.call('HGET', KEYS[3], 'version')) or 0) + 1, now[1] * 1000000 + now[2])
redis.call('HSET', KEYS[3], 'version', string.format('%.0f', version), 'told', 'gone')
if not redis.call('HGET', KEYS[3], 'left') then
  redis.call('HSET', KEYS[3], 'left', string.format('%.0f', now[1] * 1000 + math.floor(now[2] / 1000)))
end
redis.call('PEXPIRE', KEYS[3], ARGV[4])
if status == 'invisible' then
  return {0}
end
redis.call('ZADD', KEYS[5], now[1] * 1000 + math.floor(now[2] / 1000) + 5000,
    ARGV[6] .. ' ' .. string.format('%.0f', version))
local card = redis.call('HMGET', KEYS[3], 'text', 'version', 'left', 'user', 'audience')
for i = 1, 5 do card[i] = card[i] or '' end
return {1, '', card[1], card[2], card[3], card[4], card[5]}
