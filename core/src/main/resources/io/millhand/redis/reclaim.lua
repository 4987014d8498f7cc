-- Makes due now what a dead worker, or an idle consumer that is not ours, left pending.
--
-- ARGV   4 that consumer; 5 its heartbeat counter and 6 its registration as they were judged (both empty: it is not
--        registered, and 7 applies); 7 least idle time in ms; from 8: ids
-- Result {'OK', how many were handed on, ids that were trimmed ...}; {'ALIVE'} when it shows signs of life;
--        {'FENCED'} when the caller itself is not registered
-- Atomic because the one who is judged may come back at any moment.

local SUSPECT_AFTER = 2 -- as Suspects has it
local owner, counter, judged, min_idle = ARGV[4], ARGV[5], ARGV[6], tonumber(ARGV[7])
-- Who takes over its own name is not registered yet.
if not registered() and consumer ~= owner then return {'FENCED'} end
local worker = judged ~= ''
if worker then
  if (redis.call('HGET', workers, owner) or '') ~= counter or redis.call('HGET', info, owner) ~= judged then
    return {'ALIVE'}
  end
elseif redis.call('HEXISTS', info, owner) == 1 then
  return {'ALIVE'}
end

local time = now()
local suspect = worker and suspect_of(judged)
local result = {'OK', 0}

for i = 8, #ARGV do
  local id = ARGV[i]
  local held = pending(id)
  if held and held[2] == owner and (worker or held[3] >= min_idle) then
    local attempts, crashes, _, err = failure(id)
    -- One that kills must not hide behind the suspect that ran beside it: others count until they are suspects, too.
    if worker and (not suspect or suspect == id or crashes < SUSPECT_AFTER) then crashes = crashes + 1 end
    redis.call('ZADD', deferred, whole(time), id)
    remember(id, attempts, crashes, worker and 'c' or 'r', err, time)
    if give(DEFERRED, id, held[4], 0) then
      result[2] = result[2] + 1
    else
      result[#result + 1] = id
    end
  end
end
return result
