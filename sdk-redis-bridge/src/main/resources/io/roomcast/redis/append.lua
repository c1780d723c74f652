-- Appends to a room's log and tells the nodes that want it, in one step.
-- KEYS 1 meta (hash: e = epoch, o = newest offset, m = which master wrote last, s = 1: the ids are of an epoch that is over)
--      2 log (stream: 0-<offset of the last frame>)  3 ids (sorted set: id -> offset), only if there is an id in what is appended
-- ARGV 1 an epoch, should there be none  2 size  3 age in ms  4 PUBLISH or SPUBLISH  5 channel  6 header of a log parcel
--      7 which life of which master this is  8 what it may have lacked when that began: if it concerns this room, an epoch begins
--      then groups of three: message id or '', how many frames, the frames, each behind its length
-- Returns the epoch, then for each group the offset of its last frame, negative if the id was known.
redis.replicate_commands()
-- Whether what was acknowledged last before this life of the server may be missing. RedisConnection.Lacks has the codes.
local function lacks(before, now, code)
  return before and before ~= now and (code == '1' or code == '2' and string.sub(before, 1, 16) == string.sub(now, 1, 16))
end
local epoch, lineage, stale = unpack(redis.call('HMGET', KEYS[1], 'e', 'm', 's'))
if not epoch or lacks(lineage, ARGV[7], ARGV[8]) then
  -- In this order: what may take memory is refused before anything is done, should there be none.
  epoch = ARGV[1]
  stale = '1'
  redis.call('HSET', KEYS[1], 'e', epoch, 'o', 0, 'm', ARGV[7], 's', stale)
  redis.call('DEL', KEYS[2])
elseif lineage ~= ARGV[7] then
  redis.call('HSET', KEYS[1], 'm', ARGV[7])
end
if KEYS[3] and stale == '1' then
  -- The key stays all the time, with a member that is no id: where a slot is on its way none can be made.
  redis.call('ZADD', KEYS[3], 0, '')
  redis.call('ZREMRANGEBYSCORE', KEYS[3], '(0', '+inf')
  redis.call('HSET', KEYS[1], 's', 0)
end
local size, age = tonumber(ARGV[2]), tonumber(ARGV[3])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local newest = tonumber(redis.call('HGET', KEYS[1], 'o'))
-- An id is known as long as its entry can be read: one that is too old may still be there, and its id when it is not.
local function told(id)
  local offset = redis.call('ZSCORE', KEYS[3], id)
  local entry = offset and redis.call('XRANGE', KEYS[2], '0-' .. offset, '+', 'COUNT', 1)[1]
  if not entry or tonumber(entry[2][4]) < now - age then return false end
  return string.sub(entry[1], 3) - entry[2][2] < tonumber(offset) and offset
end
local before = newest
local reply, frames, ids = {epoch}, {}, {}
for i = 9, #ARGV, 3 do
  local id = ARGV[i]
  local known = false
  if id ~= '' then known = ids[id] or told(id) end
  if known then
    reply[#reply + 1] = -tonumber(known)
  else
    newest = newest + tonumber(ARGV[i + 1])
    frames[#frames + 1] = ARGV[i + 2]
    reply[#reply + 1] = newest
    if id ~= '' then ids[id] = newest end
  end
end
if newest > before then
  local last = string.format('%.0f', newest)
  local count = string.format('%.0f', newest - before)
  local data = table.concat(frames)
  redis.call('XADD', KEYS[2], 'MINID', '~', '0-' .. string.format('%.0f', math.max(newest - size + 1, 0)), '0-' .. last,
    'n', count, 't', string.format('%.0f', now), 'd', data)
  redis.call('HSET', KEYS[1], 'o', last)
  if next(ids) then
    for id, offset in pairs(ids) do redis.call('ZADD', KEYS[3], offset, id) end
    redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', newest - size)
    redis.call('PEXPIRE', KEYS[3], age)
  end
  -- Entries that are too old go with those that are too many; only where it is quiet somebody has to look.
  if math.floor(newest / 64) > math.floor(before / 64) then
    local first = redis.call('XRANGE', KEYS[2], '-', '+', 'COUNT', 1)[1]
    if first and tonumber(first[2][4]) < now - age then
      for _, entry in ipairs(redis.call('XRANGE', KEYS[2], '-', '+', 'COUNT', 128)) do
        if tonumber(entry[2][4]) >= now - age then break end
        redis.call('XDEL', KEYS[2], entry[1])
      end
    end
  end
  redis.call('PEXPIRE', KEYS[2], age)
  redis.call('PEXPIRE', KEYS[1], age + 604800000)
  redis.call(ARGV[4], ARGV[5], ARGV[6] .. string.char(#epoch) .. epoch .. string.char(#last) .. last
    .. string.char(#count) .. count .. data)
end
return reply
