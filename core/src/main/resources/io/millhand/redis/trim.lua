-- Trims the stream by one step: what every group has finished, or down to a hard cap that the user asked for by name.
--
-- ARGV   4 'FINISHED', 5 the least age in ms, 6 how many of the newest stay; or 4 'CAP', 5 how many stay
-- Result {how many entries went, 1 when more may go at once, then of each group that lost any: its name, how many were
--        pending, how many it had not been given}
-- Atomic because a group may be created, or may fall behind, between question and trimming, and a loss must be counted
-- before it is one.

local STEP = 10000 -- finished entries: whole nodes go, unread
local LOSSY = 300 -- entries that are looked at one by one, over all groups
local BYTES = 524288 -- and their bodies, which cannot be left out

local function finished()
  local spare = redis.call('XLEN', stream) - ARGV[6]
  if spare <= 0 then return {0, 0} end
  local first, _, _, ours = unfinished_from(whole(math.max(0, now() - ARGV[5])) .. '-0')
  -- Without our own group nobody can tell what it has finished: it is about to be made anew.
  if not ours then return {0, 0} end
  local limit = math.min(spare, STEP)
  -- Only with a limit does Redis keep what stays above it, and only whole nodes go then.
  local went = redis.call('XTRIM', stream, 'MINID', '~', first, 'LIMIT', whole(limit))
  return {went, went * 2 > limit and 1 or 0}
end

-- The oldest ids: few enough for one step.
local function oldest(most)
  local ids, bytes, from = {}, 0, '-'
  while #ids < most and bytes < BYTES do
    local count = (#ids == 0 or bytes > 4096 * #ids) and 1 or math.min(20, most - #ids)
    local page = redis.call('XRANGE', stream, from, '+', 'COUNT', count)
    for _, entry in ipairs(page) do
      ids[#ids + 1] = entry[1]
      for _, part in ipairs(entry[2]) do bytes = bytes + #part end
    end
    if #page < count then break end
    from = '(' .. ids[#ids]
  end
  return ids
end

local function lost(name, last, ids)
  local held, unread = 0, 0
  local lowest = lowest_pending(name)
  for _, id in ipairs(ids) do
    if below(last, id) then
      unread = unread + 1
    elseif lowest and not below(id, lowest) and redis.call('XPENDING', stream, name, id, id, 1)[1] then
      held = held + 1
    end
  end
  return held, unread
end

local function keep_count(name, held, unread)
  local field = '~lost:' .. name
  local time = now()
  local was_held, was_unread, first =
    string.match(redis.call('HGET', info, field) or '', '^(%d+) (%d+) (%d+) %d+$')
  redis.call('HSET', info, field, whole((was_held or 0) + held) .. ' ' .. whole((was_unread or 0) + unread)
    .. ' ' .. (first or whole(time)) .. ' ' .. whole(time))
end

local function capped()
  local length = redis.call('XLEN', stream)
  local over = length - ARGV[5]
  if over <= 0 then return {0, 0} end
  local last = '18446744073709551615-18446744073709551615'
  local first, _, groups = unfinished_from(last)
  -- What every group has finished is no loss, and need not be looked at.
  if groups > 0 then
    local went = redis.call('XTRIM', stream, 'MINID', '~', first, 'LIMIT', whole(math.min(over, STEP)))
    if went > 0 then return {went, 1} end
  end
  local ids = oldest(math.min(over, math.max(20, math.floor(LOSSY / math.max(1, groups)))))
  local result = {#ids, #ids < over and 1 or 0}
  for _, row in ipairs(groups_of_stream()) do
    local held, unread = lost(row.name, row.last, ids)
    if held + unread > 0 then
      keep_count(row.name, held, unread)
      result[#result + 1] = row.name
      result[#result + 1] = held
      result[#result + 1] = unread
    end
  end
  redis.call('XTRIM', stream, 'MAXLEN', whole(length - #ids))
  return result
end

if not registered() then return {0, 0} end
if ARGV[4] == 'CAP' then return capped() end
return finished()
