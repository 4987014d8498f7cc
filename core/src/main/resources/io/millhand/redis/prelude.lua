-- What every script shares; the loader puts it in front of each.
--
-- KEYS, the same in all: stream, deferred, failures, workers, workers:info, keeper, position, dead.
-- ARGV, the first three in all: group, consumer, boot id of that consumer.

local stream, deferred, failures, workers = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local info, keeper, position, dead = KEYS[5], KEYS[6], KEYS[7], KEYS[8]
local group, consumer, boot = ARGV[1], ARGV[2], ARGV[3]
local DEFERRED = '~deferred'

-- The server's time in milliseconds.
local function now()
  local t = redis.call('TIME')
  return t[1] * 1000 + math.floor(t[2] / 1000)
end

-- The same with its microseconds behind the point.
local function exact_now()
  local t = redis.call('TIME')
  return t[1] * 1000 + t[2] / 1000
end

local function whole(number)
  return string.format('%.0f', number)
end

-- {id, owner, idle, delivery count} of a pending id, else nil.
local function pending(id)
  return redis.call('XPENDING', stream, group, id, id, 1)[1]
end

-- Whether a pending row has that delivery count. tostring() would write a large one as 1e+14.
local function counts(held, count)
  return whole(held[4]) == count
end

-- Whether any entry is pending, or any of one consumer.
local function lowest_pending(of_group, of_consumer)
  local page
  if of_consumer then
    page = redis.call('XPENDING', stream, of_group, '-', '+', 1, of_consumer)
  else
    page = redis.call('XPENDING', stream, of_group, '-', '+', 1)
  end
  return page[1] and page[1][1]
end

-- Whether the caller is registered under its boot id: a worker that was taken for dead is not.
local function registered()
  local text = redis.call('HGET', info, consumer)
  local start = 'boot=' .. boot .. '\n'
  return text and string.sub(text, 1, #start) == start
end

-- attempts, crashes, first, error of a failures record; zeros where there is none.
local function parsed(text)
  if not text then return 0, 0, nil, '' end
  local attempts, crashes, first, _, _, err = string.match(text, '^(%d+) (%d+) (%d+) (%d+) (%a) ?(.*)$')
  if not attempts then return 0, 0, nil, '' end
  return tonumber(attempts), tonumber(crashes), first, err
end

-- The second of those alone.
local function crashes_of(text)
  return text and tonumber(string.match(text, '^%d+ (%d+) ')) or 0
end

local function failure(id)
  return parsed(redis.call('HGET', failures, id))
end

-- The time as text: to write it so costs more than all the rest.
local function record(attempts, crashes, first, why, err, stamp)
  return attempts .. ' ' .. crashes .. ' ' .. (first or stamp) .. ' ' .. stamp .. ' ' .. why .. ' ' .. err
end

local function remember(id, attempts, crashes, why, err, time)
  local _, _, first = failure(id)
  redis.call('HSET', failures, id, record(attempts, crashes, first, why, err, whole(time)))
end

local function forget(id)
  redis.call('HDEL', failures, id)
  redis.call('ZREM', deferred, id)
end

local function suspect_of(text)
  return string.match(text, 'suspect=(%d+%-%d+)\n')
end

local function set_suspect(line)
  local text = redis.call('HGET', info, consumer)
  redis.call('HSET', info, consumer, string.gsub(text, 'suspect=[^\n]*\n', '') .. line)
end

local function clear_suspect(id)
  local text = redis.call('HGET', info, consumer)
  if text and suspect_of(text) == id and registered() then set_suspect('') end
end

local function body(id)
  return redis.call('XRANGE', stream, id, id, 'COUNT', 1)[1]
end

-- Gives a pending id to a consumer without counting a delivery. False when the entry was trimmed from under its
-- pending record: then the record goes too (7.0 and later drop it themselves, 6.2 keeps it).
local function give(to, id, count, idle)
  local got = redis.call('XCLAIM', stream, group, to, 0, id, 'IDLE', idle, 'RETRYCOUNT', count, 'JUSTID')
  if #got > 0 and (not LEGACY or body(id)) then return true end
  redis.call('XACK', stream, group, id)
  forget(id)
  return false
end

-- The pending rows of those ids, by id; of most, where they follow one another in their owner's list, by one question.
local function pending_rows(ids, owner)
  local rows = {}
  if #ids >= 8 then
    for _, row in ipairs(redis.call('XPENDING', stream, group, ids[1], ids[#ids], #ids, owner)) do rows[row[1]] = row end
  end
  for _, id in ipairs(ids) do rows[id] = rows[id] or pending(id) end
  return rows
end

-- As give() for many, each with the delivery count that count_of() tells of it; the ids that were given, as a set.
local function give_all(to, ids, count_of, idle)
  local given = {}
  if LEGACY then
    for _, id in ipairs(ids) do given[id] = give(to, id, count_of(id), idle) or nil end
    return given
  end
  local by_count = {}
  for _, id in ipairs(ids) do
    local count = count_of(id)
    by_count[count] = by_count[count] or {}
    table.insert(by_count[count], id)
  end
  for count, some in pairs(by_count) do
    local claim = {'XCLAIM', stream, group, to, 0}
    for _, id in ipairs(some) do claim[#claim + 1] = id end
    for _, word in ipairs({'IDLE', idle, 'RETRYCOUNT', whole(count), 'JUSTID'}) do claim[#claim + 1] = word end
    for _, id in ipairs(redis.call(unpack(claim))) do given[id] = true end
  end
  for _, id in ipairs(ids) do
    if not given[id] then
      redis.call('XACK', stream, group, id)
      forget(id)
    end
  end
  return given
end

-- Name and last delivered id of each group of the stream.
local function groups_of_stream()
  local groups = {}
  for _, row in ipairs(redis.call('XINFO', 'GROUPS', stream)) do
    local map = {}
    for i = 1, #row, 2 do map[row[i]] = row[i + 1] end
    groups[#groups + 1] = {name = map['name'], last = map['last-delivered-id']}
  end
  return groups
end

-- The group's last delivered id, or nil without that group.
local function last_delivered()
  for _, row in ipairs(groups_of_stream()) do
    if row.name == group then return row.last end
  end
end

-- Compares ids; sequences may exceed what a Lua number holds, so digits are compared as text.
local function digits_below(a, b)
  if #a ~= #b then return #a < #b end
  return a < b
end

local function below(a, b)
  local am, as = string.match(a, '^(%d+)-(%d+)$')
  local bm, bs = string.match(b, '^(%d+)-(%d+)$')
  if am ~= bm then return digits_below(am, bm) end
  return digits_below(as, bs)
end

-- An id below the given one with nothing between the two, or less.
local function before(id)
  local ms, seq = string.match(id, '^(%d+)-(%d+)$')
  if seq ~= '0' then
    if #seq > 15 then return ms .. '-0' end
    return ms .. '-' .. whole(tonumber(seq) - 1)
  end
  if ms == '0' then return '0-0' end
  return whole(tonumber(ms) - 1) .. '-18446744073709551615'
end

-- Keeps the safe position below an id that becomes pending again.
local function lower_position(id)
  local safe = redis.call('GET', position)
  if safe and not below(safe, id) then redis.call('SET', position, before(id)) end
end

-- Where unfinished work begins in the stream, over all its groups, but not above the given id; the group whose it is,
-- if one holds it below; how many groups there are; and whether ours is one of them.
local function unfinished_from(first)
  local holder
  local groups, ours = 0, false
  for _, row in ipairs(groups_of_stream()) do
    groups = groups + 1
    ours = ours or row.name == group
    local unfinished = lowest_pending(row.name) or row.last
    if below(unfinished, first) then
      first = unfinished
      holder = row.name
    end
  end
  return first, holder, groups, ours
end

-- Whether the stream has this group, and no other.
local function alone()
  local rows = redis.pcall('XINFO', 'GROUPS', stream)
  if rows.err or #rows ~= 1 then return false end
  for i = 1, #rows[1], 2 do
    if rows[1][i] == 'name' then return rows[1][i + 1] == group end
  end
end
