-- Acks deliveries of which records are kept, and removes those.
--
-- ARGV   from 4: ids
-- Result how many were pending
-- Atomic so that a record never outlives its entry. Not fenced: the handler did succeed.

local ids = {}
for i = 4, #ARGV do ids[#ids + 1] = ARGV[i] end
if #ids == 0 then return 0 end

local acked = redis.call('XACK', stream, group, unpack(ids))
redis.call('HDEL', failures, unpack(ids))
redis.call('ZREM', deferred, unpack(ids))
local text = redis.call('HGET', info, consumer)
local suspect = text and suspect_of(text)
for _, id in ipairs(ids) do
  if id == suspect then clear_suspect(id) end
end
return acked
