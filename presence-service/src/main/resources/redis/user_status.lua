-- A connected user says something else of itself.
-- KEYS[1] set     user_sockets:{user}
-- KEYS[2] string  presence:{user}
-- KEYS[3] hash    presence_card:{user}
-- KEYS[4] set     presence_invisible
-- KEYS[5] sorted set  presence_due
-- ARGV[1] status   ARGV[2] text   ARGV[3] TTL, ms   ARGV[4] the user's id
-- ARGV[5] what is due, the version behind it, unless the change is told within 5 s
-- Returns {} when it is not connected, {0} when nothing changed that others see, else {1 when it
-- becomes visible or invisible, status, text, version, left, user, audience}
local old = redis.call('GET', KEYS[2])
if not old then
  return {}
end
local text = redis.call('HGET', KEYS[3], 'text') or ''
if old == ARGV[1] and text == ARGV[2] then
  return {0}
end
redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[3])
redis.call('HSET', KEYS[3], 'status', ARGV[1], 'text', ARGV[2])
redis.call('PEXPIRE', KEYS[3], ARGV[3])
local hidden = ARGV[1] == 'invisible'
if hidden and old == 'invisible' then
  return {0} -- others see nothing move
end
local now = redis.call('TIME')
local version = math.max((tonumber(redis.call('HGET', KEYS[3], 'version')) or 0) + 1, now[1] * 1000000 + now[2])
redis.call('HSET', KEYS[3], 'version', string.format('%.0f', version), 'told', hidden and 'gone' or 'here')
redis.call('ZADD', KEYS[5], now[1] * 1000 + math.floor(now[2] / 1000) + 5000,
    ARGV[5] .. ' ' .. string.format('%.0f', version))
if hidden then
  redis.call('HSET', KEYS[3], 'left', string.format('%.0f', now[1] * 1000 + math.floor(now[2] / 1000)))
  redis.call('SADD', KEYS[4], ARGV[4])
else
  redis.call('SREM', KEYS[4], ARGV[4])
end
local card = redis.call('HMGET', KEYS[3], 'text', 'version', 'left', 'user', 'audience')
for i = 1, 5 do card[i] = card[i] or '' end
local crossed = 0
if hidden or old == 'invisible' then crossed = 1 end
return {crossed, hidden and '' or ARGV[1], card[1], card[2], card[3], card[4], card[5]}
