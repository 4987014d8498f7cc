-- Makes or changes the catalogue of a stream's partitions.
--
-- KEYS   catalogue; nothing stands in front of this script: see Script.Frame
-- ARGV   1 'CREATE', 2 how many partitions, 3 the routing field or '': makes it where there is none
--        1 'GROW', 2 the generation that the caller knows, 3 how many partitions the next one has: announces it
--        1 'GROWN', 2 the generation that was announced: now all partitions of the one before are sealed
-- Result the catalogue, names and values in turn
-- Atomic because several may create or grow, and must agree on how many there are.

local catalogue = KEYS[1]
local generation = redis.call('HGET', catalogue, 'generation')
if ARGV[1] == 'CREATE' and not generation then
  redis.call('HSET', catalogue, 'version', '1', 'key', ARGV[3], 'generation', '0', 'count:0', ARGV[2])
elseif ARGV[1] == 'GROW' and generation == ARGV[2] then
  redis.call('HSETNX', catalogue, 'next', ARGV[3])
elseif ARGV[1] == 'GROWN' and generation and generation + 1 == tonumber(ARGV[2]) then
  local count = redis.call('HGET', catalogue, 'next')
  if count then
    redis.call('HSET', catalogue, 'generation', ARGV[2], 'count:' .. ARGV[2], count)
    redis.call('HDEL', catalogue, 'next')
  end
end
return redis.call('HGETALL', catalogue)
