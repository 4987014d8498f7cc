-- Ends a worker's registration, together with its consumer, once nothing is pending there.
--
-- Result 'LEFT'; 'PENDING' when entries are left: then the registration stays, so that the keeper hands them on;
--        'FENCED' when another holds the name by now
-- Atomic because deleting a consumer drops whatever is pending under it without a word.

if not registered() then return 'FENCED' end
if redis.call('GET', keeper) == consumer .. '\n' .. boot then redis.call('DEL', keeper) end
local there = redis.pcall('XPENDING', stream, group, '-', '+', 1, consumer)
if not there.err then
  if there[1] then return 'PENDING' end
  redis.call('XGROUP', 'DELCONSUMER', stream, group, consumer)
end
redis.call('HDEL', workers, consumer)
redis.call('HDEL', info, consumer)
return 'LEFT'
