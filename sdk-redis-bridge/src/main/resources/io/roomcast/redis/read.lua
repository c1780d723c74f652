-- Reads from a room's log, and begins one where there is none.
-- KEYS 1 meta  2 log
-- ARGV 1 an epoch, should there be none  2 age in ms  3 after which offset  4 how many frames, at most  5 how many bytes, at most
--      6 and 7 as 7 and 8 of append.lua  8 the epoch in which what 3 names was told, or ''
-- Returns the epoch, the newest offset, the offset and the frames of the oldest entry ('' and 0 if there is none), then for each
-- entry its last offset, how many frames it has, the frames.
redis.replicate_commands()
-- Whether what was acknowledged last before this life of the server may be missing. RedisConnection.Lacks has the codes.
local function lacks(before, now, code)
  return before and before ~= now and (code == '1' or code == '2' and string.sub(before, 1, 16) == string.sub(now, 1, 16))
end
local age = tonumber(ARGV[2])
local epoch, newest, lineage = unpack(redis.call('HMGET', KEYS[1], 'e', 'o', 'm'))
-- A file that lost its end: what was told is not there any more, and its offsets would be given again.
local torn = epoch and epoch == ARGV[8] and tonumber(newest) < tonumber(ARGV[3])
if not epoch or torn or lacks(lineage, ARGV[6], ARGV[7]) then
  -- In this order: what may take memory is refused before anything is done, should there be none.
  epoch = ARGV[1]
  redis.call('HSET', KEYS[1], 'e', epoch, 'o', 0, 'm', ARGV[6], 's', 1)
  redis.call('DEL', KEYS[2])
  redis.call('PEXPIRE', KEYS[1], age + 604800000)
elseif lineage ~= ARGV[6] then
  -- Not if there is no memory for it: what is there can be read all the same.
  redis.pcall('HSET', KEYS[1], 'm', ARGV[6])
end
local time = redis.call('TIME')
local oldest = time[1] * 1000 + math.floor(time[2] / 1000) - age
local first = redis.call('XRANGE', KEYS[2], '-', '+', 'COUNT', 1)[1]
while first and tonumber(first[2][4]) < oldest do
  redis.call('XDEL', KEYS[2], first[1])
  first = redis.call('XRANGE', KEYS[2], '-', '+', 'COUNT', 1)[1]
end
local reply = {epoch, redis.call('HGET', KEYS[1], 'o'), '', '0'}
if first then reply[3], reply[4] = string.sub(first[1], 3), first[2][2] end
local after, left, bytes = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
while left > 0 and bytes > 0 do
  local entries = redis.call('XRANGE', KEYS[2], '0-' .. string.format('%.0f', after + 1), '+', 'COUNT', 16)
  for _, entry in ipairs(entries) do
    if left > 0 and bytes > 0 then
      local last = string.sub(entry[1], 3)
      reply[#reply + 1], reply[#reply + 2], reply[#reply + 3] = last, entry[2][2], entry[2][6]
      left = left - math.min(tonumber(entry[2][2]), tonumber(last) - after)
      bytes = bytes - #entry[2][6]
      after = tonumber(last)
    end
  end
  if #entries < 16 then break end
end
return reply
