-- Makes pending entries due now, for whichever worker comes first, at an operator's word. Nothing is counted.
--
-- ARGV   4 the consumer that must own them, or '' for whoever does; from 5: ids
-- Result for each: DONE, TRIMMED (gone from the stream), GONE (not pending, or not that consumer's)
-- Atomic because an entry may be settled or taken by somebody else meanwhile.

local owner = ARGV[4]
local time = now()
local result = {}

local function release(id)
  local held = pending(id)
  if not held or (owner ~= '' and held[2] ~= owner) then return 'GONE' end
  redis.call('ZADD', deferred, whole(time), id)
  -- How long it has been idle stays: clients of another kind may take it by that, too.
  return give(DEFERRED, id, held[4], held[3]) and 'DONE' or 'TRIMMED'
end

for i = 5, #ARGV do result[#result + 1] = release(ARGV[i]) end
return result
