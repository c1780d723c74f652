-- Takes or renews a node's session.
-- KEYS 1 session   ARGV 1 who we are  2 how long it lives, in ms
-- Returns 0 = renewed, 1 = it was not there and is ours now, else who has it.
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return holder end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return holder and 0 or 1
