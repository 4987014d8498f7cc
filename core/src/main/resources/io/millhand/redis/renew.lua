-- Sets the idle time of entries back to 0 where they are, for groups shared with clients that claim by idle time.
--
-- ARGV   4 who must own them (the caller, or the reserved consumer); from 5, for each: id, delivery count
-- Result how many were renewed
-- Atomic because owner, boot id and delivery count must still be the same. What is due already is left alone, and so is
-- what was trimmed: XCLAIM would drop it without a word, and whoever settles or claims it tells.

if not registered() then return 0 end
local owner = ARGV[4]
local time = now()
local renewed = 0
for i = 5, #ARGV, 2 do
  local id = ARGV[i]
  local held = pending(id)
  if held and held[2] == owner and counts(held, ARGV[i + 1]) and body(id) then
    local due = owner == DEFERRED and redis.call('ZSCORE', deferred, id)
    if not due or tonumber(due) > time then
      redis.call('XCLAIM', stream, group, owner, 0, id, 'RETRYCOUNT', held[4], 'JUSTID')
      renewed = renewed + 1
    end
  end
end
return renewed
