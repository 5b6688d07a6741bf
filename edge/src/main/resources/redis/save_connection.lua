-- KEYS[1] the connection; ARGV generation, data, milliseconds to live.
-- Answers 0 when a later generation is there.
local there = redis.call('HGET', KEYS[1], 'g')
if there and tonumber(there) > tonumber(ARGV[1]) then
  return 0
end
redis.call('HSET', KEYS[1], 'g', ARGV[1], 'd', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1
