-- Deletes a consumer, and its registration if it has one, at an operator's word, once nothing is pending there.
--
-- ARGV   4 that consumer; 5 its registration as it was judged dead ('': it has none)
-- Result REMOVED; NONE (there is no such consumer); PENDING (something is still there); ALIVE (it is registered, and
--        not as it was judged); RESERVED (it owns what waits for a due time)
-- Atomic because deleting a consumer drops whatever is pending under it without a word.

local name = ARGV[4]
if name == DEFERRED then return 'RESERVED' end
if (redis.call('HGET', info, name) or '') ~= ARGV[5] then return 'ALIVE' end
if lowest_pending(group, name) then return 'PENDING' end

local there = ARGV[5] ~= ''
for _, row in ipairs(redis.call('XINFO', 'CONSUMERS', stream, group)) do
  for i = 1, #row, 2 do
    if row[i] == 'name' and row[i + 1] == name then there = true end
  end
end
redis.call('XGROUP', 'DELCONSUMER', stream, group, name)
redis.call('HDEL', workers, name)
redis.call('HDEL', info, name)
return there and 'REMOVED' or 'NONE'
