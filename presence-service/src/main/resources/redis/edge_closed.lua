-- A connection's end is carried out, unless it was told of again meanwhile.
-- KEYS[1] hash        edge_sockets:{edge}   connection -> user
-- KEYS[2] sorted set  presence_due
-- ARGV[1] connection   ARGV[2] what was due   ARGV[3] the score that claiming gave it
local score = redis.call('ZSCORE', KEYS[2], ARGV[2])
if not score or tonumber(score) ~= tonumber(ARGV[3]) then
  return 0
end
return redis.call('HDEL', KEYS[1], ARGV[1])
