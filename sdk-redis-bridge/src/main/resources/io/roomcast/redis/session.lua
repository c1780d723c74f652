-- Takes, renews or ends a node's session.
-- KEYS 1 session   ARGV 1 who we are  2 how long it lives, in ms; 0 = it ends
-- Returns 0 = renewed or ended, 1 = it was not there and is ours now, else who has it.
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return holder end
if ARGV[2] == '0' then
  redis.call('DEL', KEYS[1])
  return 0
end
if holder then
  -- Not SET: a Redis that is out of memory would refuse it, and take our session from us.
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
  return 0
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
