-- Removes failures records of entries that are not pending any more.
--
-- ARGV   from 4: ids that have a record
-- Result how many records went
-- Atomic because an id may come back (put back, restored) between question and removal.

local swept = 0
for i = 4, #ARGV do
  if not pending(ARGV[i]) then swept = swept + redis.call('HDEL', failures, ARGV[i]) end
end
return swept
