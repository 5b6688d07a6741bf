-- A connection of a user begins, or is told of again.
-- KEYS[1] set     user_sockets:{user}    its connections
-- KEYS[2] string  presence:{user}        its status, there while it is connected
-- KEYS[3] hash    presence_card:{user}   version, status, text, left, user, audience, told
-- KEYS[4] set     presence_invisible     users that are connected and shown as offline
-- KEYS[5] sorted set  presence_due
-- ARGV[1] connection   ARGV[2] user   ARGV[3] audience   ARGV[4] TTL, ms
-- ARGV[5] 1 when others know that it is here   ARGV[6] the user's id
-- ARGV[7] what is due, the version behind it, unless the change is told within 5 s
-- Returns {1, status, text, version, left, user, audience} when it came, else {0}
redis.call('SADD', KEYS[1], ARGV[1])
redis.call('HSET', KEYS[3], 'user', ARGV[2], 'audience', ARGV[3])
local status = redis.call('HGET', KEYS[3], 'status') or 'online'
local was = redis.call('EXISTS', KEYS[2])
redis.call('SET', KEYS[2], status, 'PX', ARGV[4])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
redis.call('PEXPIRE', KEYS[3], ARGV[4])
if status == 'invisible' then
  redis.call('SADD', KEYS[4], ARGV[6])
  return {0}
end
redis.call('SREM', KEYS[4], ARGV[6])
-- Whatever anybody believes: when others were told that it is gone, they are told that it came.
local gone = redis.call('HGET', KEYS[3], 'told') == 'gone'
if was == 1 and not gone then
  return {0}
end
local now = redis.call('TIME')
local version = math.max((tonumber(redis.call('HGET', KEYS[3], 'version')) or 0) + 1, now[1] * 1000000 + now[2])
redis.call('HSET', KEYS[3], 'version', string.format('%.0f', version), 'told', 'here')
if ARGV[5] == '1' and not gone then
  return {0}
end
redis.call('ZADD', KEYS[5], now[1] * 1000 + math.floor(now[2] / 1000) + 5000,
    ARGV[7] .. ' ' .. string.format('%.0f', version))
local card = redis.call('HMGET', KEYS[3], 'text', 'version', 'left', 'user', 'audience')
for i = 1, 5 do card[i] = card[i] or '' end
return {1, status, card[1], card[2], card[3], card[4], card[5]}
