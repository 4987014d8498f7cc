-- A worker's heartbeat; takes or keeps the keeper's ticket where that is free.
--
-- ARGV   4 milliseconds until the ticket expires
-- Result {1, workers in the group, 1 if the caller is the keeper, the group's epoch, the server's time in milliseconds,
--        the group's pause or ''}, or {0} when it is not registered
-- Atomic because a worker that was taken for dead must learn it instead of raising a counter again.

if not registered() then return {0} end
redis.call('HINCRBY', workers, consumer, 1)
local me = consumer .. '\n' .. boot
local ours = 0
if redis.call('GET', keeper) == me then
  redis.call('PEXPIRE', keeper, ARGV[4])
  ours = 1
elseif redis.call('SET', keeper, me, 'NX', 'PX', ARGV[4]) then
  ours = 1
end
return {1, redis.call('HLEN', workers), ours, redis.call('HGET', info, '~epoch') or '0', now(),
  redis.call('HGET', info, '~paused') or ''}
