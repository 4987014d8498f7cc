-- Removes failures records of entries that are not pending any more. Whoever acks or gives up an entry that has one removes
-- it with that; so one that is left is all that tells of an entry which was taken from the group by other means. It stays
-- for a day, while the stream has the entry, for those who look for such entries.
--
-- ARGV   from 4: ids that have a record
-- Result how many records went
-- Atomic because an id may come back (put back, restored) between question and removal.

local KEPT = 24 * 60 * 60 * 1000
local time = now()

local function is_fresh(id)
  local text = redis.call('HGET', failures, id)
  local last = text and string.match(text, '^%d+ %d+ %d+ (%d+) ')
  return last and time - tonumber(last) < KEPT
end

local swept = 0
for i = 4, #ARGV do
  local id = ARGV[i]
  if not pending(id) and not (is_fresh(id) and body(id)) then swept = swept + redis.call('HDEL', failures, id) end
end
return swept
