-- Sets after which entry a group goes on to read, at an operator's word. What is pending stays pending.
--
-- ARGV   4 that id, or $ for the newest
-- Result {'OK', id before, id now}; {'AHEAD', the stream's last id} where the group would read past the stream's end;
--        {'NONE'} without that group
-- Atomic because the safe position must not stay above what becomes unread again.

local row = redis.pcall('XINFO', 'STREAM', stream)
if row.err then return {'NONE'} end
local from = last_delivered()
if not from then return {'NONE'} end
local newest
for i = 1, #row, 2 do
  if row[i] == 'last-generated-id' then newest = row[i + 1] end
end
local to = ARGV[4] == '$' and newest or ARGV[4]
if below(newest, to) then return {'AHEAD', newest} end

local safe = redis.call('GET', position)
if safe and below(to, safe) then redis.call('SET', position, to) end
redis.call('XGROUP', 'SETID', stream, group, to)
return {'OK', from, to}
