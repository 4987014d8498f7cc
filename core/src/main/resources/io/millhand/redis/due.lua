-- Claims what is due: retries, released entries, and what the keeper took from the dead.
--
-- ARGV   4 how many at most; 5 whether the caller has room for a suspect (1 or 0); 6 crashes that make a suspect
-- Result {'OK', milliseconds to the next due time or -1, then for each: id, status, delivery count, failures record},
--        or {'FENCED'}; status CLAIMED, TRIMMED (gone from the stream) or RESTORED (had lost its pending record)
-- Atomic because an id may be claimed only while the reserved consumer still owns it: a client of another kind may have
-- taken it in the meantime.

if not registered() then return {'FENCED'} end
local time = exact_now()
local room = ARGV[5] == '1'
local result = {'OK', '-1'}

local ids = redis.call('ZRANGEBYSCORE', deferred, '-inf', time, 'LIMIT', 0, ARGV[4])
local rows = pending_rows(ids, DEFERRED)
local records = {}
if #ids > 0 then
  for i, text in ipairs(redis.call('HMGET', failures, unpack(ids))) do records[ids[i]] = text end
end

local counts_as_text = {}
local function text_of(count)
  counts_as_text[count] = counts_as_text[count] or whole(count)
  return counts_as_text[count]
end

local function tell(id, status, count)
  result[#result + 1] = id
  result[#result + 1] = status
  result[#result + 1] = text_of(count)
  result[#result + 1] = records[id] or ''
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

-- Those that are pending, and are ours to claim.
local claimed, suspects = {}, {}

local suspect_after = tonumber(ARGV[6])
for _, id in ipairs(ids) do
  local held = rows[id]
  local suspect = crashes_of(records[id]) >= suspect_after
  if held and held[2] ~= DEFERRED then
    redis.call('ZREM', deferred, id)
  elseif suspect and not room then
    -- Out of the way of the others; its turn comes when a slot is free.
    redis.call('ZADD', deferred, whole(time + 500), id)
  elseif held then
    claimed[#claimed + 1] = id
    suspects[id] = suspect
    if suspect then room = false end
  elseif restore(id) then
    tell(id, 'RESTORED', 1)
    if suspect then name_suspect(id) end
  end
end

if #claimed > 0 then
  local given = give_all(consumer, claimed, function(id) return rows[id][4] + 1 end, 0)
  redis.call('ZREM', deferred, unpack(claimed))
  for _, id in ipairs(claimed) do
    if given[id] then
      tell(id, 'CLAIMED', rows[id][4] + 1)
      if suspects[id] then name_suspect(id) end
    else
      tell(id, 'TRIMMED', 0)
    end
  end
end

local next_due = redis.call('ZRANGE', deferred, 0, 0, 'WITHSCORES')[2]
if next_due then result[2] = whole(math.ceil(math.max(0, next_due - time))) end
return result
