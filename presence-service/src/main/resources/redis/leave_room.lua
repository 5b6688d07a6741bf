-- A connection leaves a room. Repeating it changes nothing.
-- KEYS[1] hash  room_sockets:{room}  connection -> user
-- KEYS[2] hash  room_online:{room}   user -> number of its connections in the room
-- KEYS[3] set   edge_rooms:{edge}    "connection room"
-- KEYS[4] sorted set  presence_due
-- ARGV[1] connection   ARGV[2] "connection room"
-- ARGV[3] and [4] only when it is done because it was due: what, and the score that claiming gave it
-- Returns the user when that was its last connection in the room, else false
if ARGV[3] then
  local score = redis.call('ZSCORE', KEYS[4], ARGV[3])
  if not score or tonumber(score) ~= tonumber(ARGV[4]) then
    return false -- it has entered anew
  end
end
redis.call('SREM', KEYS[3], ARGV[2])
local user = redis.call('HGET', KEYS[1], ARGV[1])
if not user then
  return false
end
-- Where Redis has lost the numbers they are counted again.
if redis.call('EXISTS', KEYS[2]) == 0 then
  local users = redis.call('HVALS', KEYS[1])
  for i = 1, #users do redis.call('HINCRBY', KEYS[2], users[i], 1) end
end
redis.call('HDEL', KEYS[1], ARGV[1])
if redis.call('HINCRBY', KEYS[2], user, -1) <= 0 then
  redis.call('HDEL', KEYS[2], user)
  return user
end
return false
