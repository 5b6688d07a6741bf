-- Takes what is due: it becomes due again in 5 s, unless it is finished by then. What is of a kind
-- that the caller does not know becomes due again in a second, so that another node can have it and
-- it is in nobody's way.
-- KEYS[1] sorted set  presence_due
-- ARGV    the kinds that the caller knows, which are the first words of what it gets
-- Returns {the score that was given, what, what, ...}
local now = redis.call('TIME')
local millis = now[1] * 1000 + math.floor(now[2] / 1000)
local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', millis, 'LIMIT', 0, 500)
local again = string.format('%.0f', millis + 5000)
local later = string.format('%.0f', millis + 1000)
local known = {}
for i = 1, #ARGV do known[ARGV[i]] = true end
local answer = {again}
for i = 1, #due do
  if known[string.match(due[i], '^[^ ]*')] then
    redis.call('ZADD', KEYS[1], again, due[i])
    answer[#answer + 1] = due[i]
  else
    redis.call('ZADD', KEYS[1], later, due[i])
  end
end
return answer
