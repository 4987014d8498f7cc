-- Makes the entry behind a dead letter pending again for this group alone, due now, and removes the dead letter.
--
-- ARGV   4 id of the dead letter; 5 id of the entry
-- Result DONE; TRIMMED (its body is gone from the stream: it can only be added anew); UNREAD (the group has not come to
--        it yet and will read it anyway); NONE (there is no such dead letter)
-- Atomic because the entry must not be in both places, or in neither.

local letter, id = ARGV[4], ARGV[5]
if not redis.call('XRANGE', dead, letter, letter)[1] then return 'NONE' end
if not body(id) then return 'TRIMMED' end
local last = last_delivered()
if not last or below(last, id) then return 'UNREAD' end
local time = now()
if not pending(id) then
  lower_position(id)
  redis.call('ZADD', deferred, whole(time), id)
  remember(id, 0, 0, 'p', '', time)
  redis.call('XCLAIM', stream, group, DEFERRED, 0, id, 'RETRYCOUNT', 0, 'FORCE', 'JUSTID')
end
redis.call('XDEL', dead, letter)
return 'DONE'
