-- Stores the group's safe position: nothing at or below it is unfinished.
--
-- Result that position
-- Atomic because an entry may be delivered between the two questions.

local lowest = lowest_pending(group)
local safe = lowest and before(lowest) or last_delivered()
if safe then redis.call('SET', position, safe) end
return safe
