-- Takes entries out of the stream that are in another one by now: acks them for every group, then deletes them.
--
-- ARGV   from 4: ids
-- Result {how many were deleted, how many pending records of whichever group went with them}
-- Atomic because a pending record without its body would be told as an entry that was lost.

local ids = {}
for i = 4, #ARGV do ids[#ids + 1] = ARGV[i] end

local acked = 0
for _, row in ipairs(redis.call('XINFO', 'GROUPS', stream)) do
  for i = 1, #row, 2 do
    if row[i] == 'name' then acked = acked + redis.call('XACK', stream, row[i + 1], unpack(ids)) end
  end
end
return {redis.call('XDEL', stream, unpack(ids)), acked}
