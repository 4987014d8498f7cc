-- Settles deliveries that are not done: a retry, a delay that the handler asked for, or a release. The entry stays
-- pending, under the reserved consumer, with its due time beside it.
--
-- ARGV   from 4, for each: id, delivery count, delay in ms, delivery count to leave, idle in ms to leave,
--        attempts (-1 leaves the failures record as it is), crashes, error text
-- Result for each: DONE, TRIMMED (gone from the stream), GONE (not pending any more), FENCED (another owns it)
-- Atomic because owner, boot id and delivery count must still be the caller's when it acts.

local time = now()
local mine = registered()
local result = {}

local function defer(i)
  local id, count, left = ARGV[i], ARGV[i + 1], ARGV[i + 3]
  local held = pending(id)
  if not held then return 'GONE' end
  if held[2] == DEFERRED and counts(held, left) and redis.call('ZSCORE', deferred, id) then
    return 'DONE' -- done before, but the reply was lost
  end
  if not mine or held[2] ~= consumer or not counts(held, count) then return 'FENCED' end
  redis.call('ZADD', deferred, whole(time + ARGV[i + 2]), id)
  if ARGV[i + 5] ~= '-1' then remember(id, ARGV[i + 5], ARGV[i + 6], 'f', ARGV[i + 7], time) end
  local given = give(DEFERRED, id, left, ARGV[i + 4])
  clear_suspect(id)
  return given and 'DONE' or 'TRIMMED'
end

for i = 4, #ARGV, 8 do result[#result + 1] = defer(i) end
return result
