-- Takes what is due: it becomes due again in 5 s, unless it is finished by then.
-- KEYS[1] sorted set  presence_due
-- Returns {the score that was given, what, what, ...}
local now = redis.call('TIME')
local millis = now[1] * 1000 + math.floor(now[2] / 1000)
local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', millis, 'LIMIT', 0, 500)
local again = string.format('%.0f', millis + 5000)
local answer = {again}
for i = 1, #due do
  redis.call('ZADD', KEYS[1], again, due[i])
  answer[i + 1] = due[i]
end
return answer
