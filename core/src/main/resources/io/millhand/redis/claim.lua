-- Gives pending entries to a consumer at an operator's word. Nothing is counted.
--
-- ARGV   4 that consumer; from 5: ids
-- Result for each: DONE, TRIMMED (gone from the stream), GONE (not pending, or that consumer's already)
-- Atomic because an entry may be settled meanwhile, and its due time must go when the reserved consumer loses it.

local to = ARGV[4]
local result = {}

local function claim(id)
  local held = pending(id)
  if not held or held[2] == to then return 'GONE' end
  if not give(to, id, held[4], 0) then return 'TRIMMED' end
  redis.call('ZREM', deferred, id)
  return 'DONE'
end

for i = 5, #ARGV do result[#result + 1] = claim(ARGV[i]) end
return result
