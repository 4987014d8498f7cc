-- Acks deliveries and deletes their entries, where the stream has this group alone; else acks only.
--
-- ARGV   4 'NEW', or 'RECORDED' where they came back, and a suspect may be among them; from 5: ids
-- Result how many were pending
-- Atomic because a group that is made meanwhile may want the entries: it finds either all of them or was too late.
-- Not fenced: the handler did succeed. Deletes first, so that a worker that may not is refused before anything is acked.

if alone() then redis.call('XDEL', stream, unpack(ARGV, 5)) end
local acked = redis.call('XACK', stream, group, unpack(ARGV, 5))
-- New ones have records, too, where their worker was taken for dead meanwhile.
redis.call('HDEL', failures, unpack(ARGV, 5))
redis.call('ZREM', deferred, unpack(ARGV, 5))
if ARGV[4] == 'RECORDED' then
  for i = 5, #ARGV do clear_suspect(ARGV[i]) end
end
return acked
