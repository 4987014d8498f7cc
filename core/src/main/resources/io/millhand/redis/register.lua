-- Registers a worker under its consumer name.
--
-- ARGV   4 registration text, beginning with its boot id; 5 "stream<LF>group" that the keys are for
-- Result {'OK', epoch, the group's pause or ''} registered; {'TAKEN', counter, registration} another boot id holds the name;
--        {'CLASH', name} another stream or group has the same key names
-- Atomic because two containers that start under one name must not both believe that they hold it.

local name = redis.call('HGET', info, '~name')
if name and name ~= ARGV[5] then return {'CLASH', name} end
local other = redis.call('HGET', info, consumer)
if other and not registered() then
  return {'TAKEN', redis.call('HGET', workers, consumer) or '', other}
end
if not name then redis.call('HSET', info, '~name', ARGV[5]) end
redis.call('HSET', info, consumer, ARGV[4])
redis.call('HINCRBY', workers, consumer, 1)
return {'OK', redis.call('HGET', info, '~epoch') or '0', redis.call('HGET', info, '~paused') or ''}
