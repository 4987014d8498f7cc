-- Claims what is due: retries, released entries, and what the keeper took from the dead.
--
-- ARGV   4 how many at most; 5 whether the caller has room for a suspect (1 or 0); 6 crashes that make a suspect
-- Result {'OK', milliseconds to the next due time or -1, then for each: id, status, delivery count, failures record},
--        or {'FENCED'}; status CLAIMED, TRIMMED (gone from the stream) or RESTORED (had lost its pending record)
-- Atomic because an id may be claimed only while the reserved consumer still owns it: a client of another kind may have
-- taken it in the meantime.

if not registered() then return {'FENCED'} end
local time = now()
local room = ARGV[5] == '1'
local result = {'OK', '-1'}

local function tell(id, status, count)
  local text = redis.call('HGET', failures, id)
  result[#result + 1] = id
  result[#result + 1] = status
  result[#result + 1] = whole(count)
  result[#result + 1] = text or ''
end

local function name_suspect(id)
  room = false
  set_suspect('suspect=' .. id .. '\n')
end

-- False where there is nothing to restore: the group has yet to come to the entry, or its body is gone.
local function restore(id)
  redis.call('ZREM', deferred, id)
  local last = last_delivered()
  if not last or below(last, id) then return false end
  if not body(id) then
    forget(id)
    return false
  end
  lower_position(id)
  redis.call('XCLAIM', stream, group, consumer, 0, id, 'RETRYCOUNT', 1, 'FORCE', 'JUSTID')
  return true
end

local function claim(id, held, suspect)
  if not held then
    if not restore(id) then return end
    tell(id, 'RESTORED', 1)
  elseif give(consumer, id, held[4] + 1, 0) then
    redis.call('ZREM', deferred, id)
    tell(id, 'CLAIMED', held[4] + 1)
  else
    tell(id, 'TRIMMED', 0)
    return
  end
  if suspect then name_suspect(id) end
end

for _, id in ipairs(redis.call('ZRANGEBYSCORE', deferred, '-inf', time, 'LIMIT', 0, ARGV[4])) do
  local held = pending(id)
  local _, crashes = failure(id)
  local suspect = crashes >= tonumber(ARGV[6])
  if held and held[2] ~= DEFERRED then
    redis.call('ZREM', deferred, id)
  elseif suspect and not room then
    -- Out of the way of the others; its turn comes when a slot is free.
    redis.call('ZADD', deferred, time + 500, id)
  else
    claim(id, held, suspect)
  end
end

local next_due = redis.call('ZRANGE', deferred, 0, 0, 'WITHSCORES')[2]
if next_due then result[2] = whole(math.max(0, next_due - time)) end
return result
