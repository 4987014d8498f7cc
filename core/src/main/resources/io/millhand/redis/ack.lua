-- Acks deliveries of which records are kept, and removes those.
--
-- ARGV   from 4: ids
-- Result how many were pending
-- Atomic so that a record never outlives its entry. Not fenced: the handler did succeed.

local acked = 0
for i = 4, #ARGV do
  acked = acked + redis.call('XACK', stream, group, ARGV[i])
  forget(ARGV[i])
  clear_suspect(ARGV[i])
end
return acked
