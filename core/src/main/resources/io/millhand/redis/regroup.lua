-- Creates the group, and the stream where there is none; a group that was there before begins where nothing is skipped.
--
-- ARGV   4 start of a first creation (an id or $); 5 '1' when the caller has seen the group before; 6 the lowest id
--        that the caller holds, or ''
-- Result {'EXISTS', epoch} or {'CREATED' | 'RECREATED', epoch, the id after which it reads}
-- Atomic because several workers find the group gone at the same time.

local function exists(what, ...)
  local rows = redis.pcall('XINFO', what, stream, ...)
  return not rows.err and rows
end

local function group_exists()
  for _, row in ipairs(exists('GROUPS') or {}) do
    for i = 1, #row, 2 do
      if row[i] == 'name' and row[i + 1] == group then return true end
    end
  end
  return false
end

local kind = redis.call('TYPE', stream)
if type(kind) == 'table' then kind = kind.ok end
if kind ~= 'none' and kind ~= 'stream' then
  return redis.error_reply('WRONGTYPE Operation against a key holding the wrong kind of value')
end
if group_exists() then return {'EXISTS', redis.call('HGET', info, '~epoch') or '0'} end

local safe = redis.call('GET', position)
local again = ARGV[5] == '1' or safe
local start = ARGV[4]

if again then
  start = safe or '0-0'
  local function at_most(id)
    if below(id, start) then start = id end
  end
  if ARGV[6] ~= '' then at_most(before(ARGV[6])) end
  local lowest
  for _, id in ipairs(redis.call('ZRANGE', deferred, 0, 999)) do
    if not lowest or below(id, lowest) then lowest = id end
  end
  if lowest then at_most(before(lowest)) end
  local row = exists('STREAM')
  local newest
  for i = 1, row and #row or 0, 2 do
    if row[i] == 'last-generated-id' then newest = row[i + 1] end
  end
  if not newest or below(newest, start) then start = '0-0' end
end

redis.call('XGROUP', 'CREATE', stream, group, start, 'MKSTREAM')
-- All that waited for a due time lies above the start and is read anew.
if again then redis.call('DEL', deferred) end
local epoch = whole(now())
redis.call('HSET', info, '~epoch', epoch)
return {again and 'RECREATED' or 'CREATED', epoch, last_delivered()}
