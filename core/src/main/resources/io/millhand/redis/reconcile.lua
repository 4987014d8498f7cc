-- Gives a due time, now, to entries of the reserved consumer that have lost theirs.
--
-- ARGV   from 4: ids pending under the reserved consumer
-- Result how many had none
-- Atomic because an id may have been claimed since it was listed.

if not registered() then return 0 end
local time = now()
local found = 0
for i = 4, #ARGV do
  if not redis.call('ZSCORE', deferred, ARGV[i]) then
    local held = pending(ARGV[i])
    if held and held[2] == DEFERRED then
      redis.call('ZADD', deferred, whole(time), ARGV[i])
      found = found + 1
    end
  end
end
return found
