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

local time = exact_now()
local stamp = whole(math.floor(time))
local suspect = worker and suspect_of(judged)
local asked = {}
for i = 8, #ARGV do asked[#asked + 1] = ARGV[i] end
local rows = pending_rows(asked, owner)

local ids = {}
for _, id in ipairs(asked) do
  local held = rows[id]
  if held and held[2] == owner and (worker or held[3] >= min_idle) then ids[#ids + 1] = id end
end
if #ids == 0 then return {'OK', 0} end

local known = redis.call('HMGET', failures, unpack(ids))
local why = worker and 'c' or 'r'
local fresh = record(0, worker and 1 or 0, nil, why, '', stamp)
local due, records = {}, {}
-- They come back in the order of their ids, so that they and their bodies can be asked for side by side. Numbers as
-- text are costly: a due time is put together from whole milliseconds, of which one is past, and digits.
local base = whole(math.floor(time) - 1) .. '.'
local DIGITS = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9'}
local function in_order(i)
  if i > 1000 then return base .. '999' end
  i = i - 1
  return base .. DIGITS[math.floor(i / 100) + 1] .. DIGITS[math.floor(i / 10) % 10 + 1] .. DIGITS[i % 10 + 1]
end
for i, id in ipairs(ids) do
  local text = known[i]
  due[#due + 1] = in_order(i)
  due[#due + 1] = id
  records[#records + 1] = id
  if text then
    local attempts, crashes, first, err = parsed(text)
    -- One that kills must not hide behind the suspect that ran beside it: others count until they are suspects, too.
    if worker and (not suspect or suspect == id or crashes < SUSPECT_AFTER) then crashes = crashes + 1 end
    records[#records + 1] = record(attempts, crashes, first, why, err, stamp)
  else
    records[#records + 1] = fresh
  end
end
redis.call('ZADD', deferred, unpack(due))
redis.call('HSET', failures, unpack(records))

local given = give_all(DEFERRED, ids, function(id) return rows[id][4] end, 0)
local result = {'OK', 0}
for _, id in ipairs(ids) do
  if given[id] then
    result[2] = result[2] + 1
  else
    result[#result + 1] = id
  end
end
return result
