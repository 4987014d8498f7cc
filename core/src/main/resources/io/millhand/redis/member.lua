-- Renews a member of a group of partitioned workers, and tells who the members are and what there is to work on.
--
-- KEYS   members, book, catalogue; nothing stands in front of this script: see Script.Frame
-- ARGV   1 member; 2 milliseconds until it counts as gone, 0 when it leaves; 3 the version of the members that it knows;
--        4 group; from 5: partitions that it found finished, as generation/partition
-- Result {'NONE'} without a catalogue, else {version, first generation that is not finished, generation in which the
--        group began, announced partitions of the next generation or '', partitions of each generation .., then 'MEMBERS'
--        and their names where the version is another}
-- Atomic because all members must come to the same assignment from the same version.

local members, book, catalogue = KEYS[1], KEYS[2], KEYS[3]
local me, ttl, known, group = ARGV[1], tonumber(ARGV[2]), ARGV[3], ARGV[4]
local generation = tonumber(redis.call('HGET', catalogue, 'generation') or '')
if not generation then return {'NONE'} end

-- The server's time in milliseconds.
local function now()
  local t = redis.call('TIME')
  return t[1] * 1000 + math.floor(t[2] / 1000)
end

local time = now()
local changed
if ttl == 0 then
  changed = redis.call('ZREM', members, me)
else
  changed = redis.call('ZADD', members, string.format('%.0f', time + ttl), me)
end
changed = changed + redis.call('ZREMRANGEBYSCORE', members, '-inf', string.format('%.0f', time))

local version = redis.call('HGET', book, 'version')
if changed > 0 or not version then
  local t = redis.call('TIME')
  -- A time, so that a version is never used twice, also if this key is lost.
  version = string.format('%.0f%06d', t[1], t[2])
  redis.call('HSET', book, 'version', version)
end

for i = 5, #ARGV do
  if redis.call('HSETNX', book, 'done:' .. ARGV[i], '1') == 1 then
    redis.call('HINCRBY', book, 'done:' .. string.match(ARGV[i], '^%d+'), 1)
  end
end

redis.call('HSETNX', catalogue, 'from:' .. group, tostring(generation))
local counts = {}
local first
for g = 0, generation do
  local count = redis.call('HGET', catalogue, 'count:' .. g)
  counts[#counts + 1] = count
  local done = redis.call('HGET', book, 'done:' .. g)
  if not first and (g == generation or done ~= count) then first = g end
end

local result = {version, first, redis.call('HGET', catalogue, 'from:' .. group), redis.call('HGET', catalogue, 'next') or ''}
for _, count in ipairs(counts) do result[#result + 1] = count end
if version ~= known then
  result[#result + 1] = 'MEMBERS'
  for _, name in ipairs(redis.call('ZRANGE', members, 0, -1)) do result[#result + 1] = name end
end
return result
