-- Saves a connection, unless a later generation of it is there, or this one is another edge's.
-- KEYS[1] hash  recovery:{pid}
-- ARGV[1] generation   ARGV[2] data   ARGV[3] TTL, ms   ARGV[4] field of the generation
-- ARGV[5] field of the data   ARGV[6] field of the edge   ARGV[7] the edge
-- Returns 0 when the connection is another's, else 1
local there = redis.call('HGET', KEYS[1], ARGV[4])
if there and tonumber(there) > tonumber(ARGV[1]) then
  return 0
end
if there and tonumber(there) == tonumber(ARGV[1]) then
  local edge = redis.call('HGET', KEYS[1], ARGV[6])
  if edge and edge ~= ARGV[7] then
    return 0
  end
end
redis.call('HSET', KEYS[1], ARGV[4], ARGV[1], ARGV[5], ARGV[2], ARGV[6], ARGV[7])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1
