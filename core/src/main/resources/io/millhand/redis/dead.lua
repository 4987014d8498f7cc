-- Moves one delivery to the dead-letter stream: copies it there with its reason, then acks it.
--
-- ARGV   4 id, 5 delivery count, 6 how many dead letters to keep (0: all), 7 'KEEP', or 'DELETE' the entry if its body
--        was copied and the stream has this group alone; 8 pairs of facts that follow, then those pairs, then nothing
-- Result {status, id of the dead letter or '', dead letters dropped by the limit}; status DONE (also where it was
--        done before), TRIMMED, GONE, FENCED
-- Atomic because the copy and the ack stand or fall together, and owner, boot id and delivery count must be the caller's.
--
-- The dead letter: the facts first, the first of them telling how many, then the entry's own fields byte for byte.

local PACK_ABOVE = 7000 -- Lua hands over some 8,000 arguments at most
local LOOK_BACK = 40 -- the letters of one write are 20; others write, too
local id, count, limit, deletes, facts = ARGV[4], ARGV[5], ARGV[6], ARGV[7] == 'DELETE', tonumber(ARGV[8])

local function has_these_facts(fields)
  for i = 9, 8 + facts * 2 do
    if fields[i] ~= ARGV[i] then return false end
  end
  return facts > 0 and fields[2] == whole(facts + 4)
end

-- The id of the letter, where this was done before but the reply was lost. One at a time, since each may be large; with
-- pcall, since it is no reason to fail where XREVRANGE is not allowed.
local function written_before()
  local to = '+'
  for _ = 1, LOOK_BACK do
    local page = redis.pcall('XREVRANGE', dead, to, '-', 'COUNT', 1)
    if page.err or not page[1] then return nil end
    if has_these_facts(page[1][2]) then return page[1][1] end
    to = '(' .. page[1][1]
  end
end

local held = pending(id)
if not held then
  local known = written_before()
  return {known and 'DONE' or 'GONE', known or '', 0}
end
if not registered() or held[2] ~= consumer or not counts(held, count) then return {'FENCED', '', 0} end
local entry = body(id)
if not entry then
  redis.call('XACK', stream, group, id)
  forget(id)
  clear_suspect(id)
  return {'TRIMMED', '', 0}
end

local time = now()
local _, _, first = failure(id)

local function letter(kind, fields)
  local words = {'XADD', dead}
  if limit ~= '0' then
    words[3], words[4], words[5] = 'MAXLEN', '~', limit
  end
  words[#words + 1] = '*'
  words[#words + 1] = '~millhand'
  words[#words + 1] = whole(facts + 4)
  words[#words + 1] = '~body'
  words[#words + 1] = kind
  words[#words + 1] = '~first'
  words[#words + 1] = first or whole(time)
  words[#words + 1] = '~last'
  words[#words + 1] = whole(time)
  for i = 9, 8 + facts * 2 do words[#words + 1] = ARGV[i] end
  for _, part in ipairs(fields) do words[#words + 1] = part end
  return words
end

local function packed(fields)
  local parts = {}
  for _, part in ipairs(fields) do parts[#parts + 1] = #part .. ':' .. part end
  return {'packed', table.concat(parts)}
end

local size = redis.call('XLEN', dead)
local added
if #entry[2] > PACK_ABOVE then
  added = redis.pcall(unpack(letter('packed', packed(entry[2]))))
else
  added = redis.pcall(unpack(letter('fields', entry[2])))
end
if type(added) == 'table' and added.err then
  added = redis.call(unpack(letter('omitted', {})))
  -- The stream has the only copy.
  deletes = false
end
if deletes and alone() then redis.call('XDEL', stream, id) end
redis.call('XACK', stream, group, id)
forget(id)
clear_suspect(id)
return {'DONE', added, size + 1 - redis.call('XLEN', dead)}
