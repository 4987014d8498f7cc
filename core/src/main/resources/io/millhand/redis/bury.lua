-- Deletes a dead worker's consumer and its registration, once nothing is pending there.
--
-- ARGV   4 that consumer; 5 its heartbeat counter and 6 its registration as they were judged
-- Result 'BURIED', 'PENDING' (something is still there), 'ALIVE' or 'FENCED'
-- Atomic because deleting a consumer drops whatever is pending under it without a word.

-- Who takes over its own name is not registered yet.
if not registered() and consumer ~= ARGV[4] then return 'FENCED' end
if (redis.call('HGET', workers, ARGV[4]) or '') ~= ARGV[5] or redis.call('HGET', info, ARGV[4]) ~= ARGV[6] then
  return 'ALIVE'
end
if lowest_pending(group, ARGV[4]) then return 'PENDING' end
redis.call('XGROUP', 'DELCONSUMER', stream, group, ARGV[4])
redis.call('HDEL', workers, ARGV[4])
redis.call('HDEL', info, ARGV[4])
return 'BURIED'
