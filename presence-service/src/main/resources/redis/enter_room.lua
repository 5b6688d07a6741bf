-- A connection enters a room. Repeating it changes nothing.
-- KEYS[1] hash  room_sockets:{room}  connection -> user
-- KEYS[2] hash  room_online:{room}   user -> number of its connections in the room
-- ARGV[1] connection   ARGV[2] user   ARGV[3] most users to return
-- Returns {1 when this is the user's first connection in the room, users in the room, some users...}
-- Where Redis has lost one of the two, the other is made to agree.
if redis.call('EXISTS', KEYS[1]) == 0 then
  redis.call('DEL', KEYS[2])
elseif redis.call('EXISTS', KEYS[2]) == 0 then
  local users = redis.call('HVALS', KEYS[1])
  for i = 1, #users do redis.call('HINCRBY', KEYS[2], users[i], 1) end
end
local first = 0
if redis.call('HSETNX', KEYS[1], ARGV[1], ARGV[2]) == 1 then
  if redis.call('HINCRBY', KEYS[2], ARGV[2], 1) == 1 then
    first = 1
  end
end
local answer = {first, redis.call('HLEN', KEYS[2])}
local users = redis.call('HRANDFIELD', KEYS[2], ARGV[3])
for i = 1, #users do
  answer[i + 2] = users[i]
end
return answer
