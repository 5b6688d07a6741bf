-- Saves a connection, unless a later generation of it is there.
-- KEYS[1] hash  recovery:{pid}
-- ARGV[1] generation   ARGV[2] data   ARGV[3] TTL, ms   ARGV[4] field of the generation
-- ARGV[5] field of the data
-- Returns 0 when a later generation is there, else 1
local there = redis.call('HGET', KEYS[1], ARGV[4])
if there and tonumber(there) > tonumber(ARGV[1]) then
  return 0
end
redis.call('HSET', KEYS[1], ARGV[4], ARGV[1], ARGV[5], ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1
