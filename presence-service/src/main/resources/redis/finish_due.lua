-- Something is done, unless it was scheduled anew meanwhile.
-- KEYS[1] sorted set  presence_due
-- ARGV[1] what   ARGV[2] the score that claiming gave it
local score = redis.call('ZSCORE', KEYS[1], ARGV[1])
if score and tonumber(score) == tonumber(ARGV[2]) then
  redis.call('ZREM', KEYS[1], ARGV[1])
end
return 0
