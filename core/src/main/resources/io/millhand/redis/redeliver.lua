-- Makes entries that the group was given, and that are pending no more, pending again for this group alone, due now, with
-- a fresh set of attempts.
--
-- ARGV   from 4: ids
-- Result for each: DONE; PENDING (it is pending already, and stays as it is); TRIMMED (gone from the stream); UNREAD (the
--        group has not come to it yet and will read it anyway); NONE (there is no such group)
-- Atomic because an entry may be read, claimed or settled meanwhile, and its due time must come with its pending record.

local time = now()
local result = {}
local last

local function redeliver(id)
  if not body(id) then return 'TRIMMED' end
  last = last or last_delivered()
  if not last then return 'NONE' end
  if below(last, id) then return 'UNREAD' end
  if pending(id) then return 'PENDING' end
  lower_position(id)
  redis.call('ZADD', deferred, whole(time), id)
  remember(id, 0, 0, 'p', '', time)
  redis.call('XCLAIM', stream, group, DEFERRED, 0, id, 'RETRYCOUNT', 0, 'FORCE', 'JUSTID')
  return 'DONE'
end

for i = 4, #ARGV do result[#result + 1] = redeliver(ARGV[i]) end
return result
