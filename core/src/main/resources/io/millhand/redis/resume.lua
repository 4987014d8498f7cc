-- Ends the pause of the group.
--
-- Result {'RESUMED', what was stored}, {'RUNNING'} where it was not paused, or {'NONE'} without such a group
-- Atomic because the pause that ends must be the one that is told.

local before = redis.call('HGET', info, '~paused')
if before then
  redis.call('HDEL', info, '~paused')
  return {'RESUMED', before}
end
local groups = redis.pcall('XINFO', 'GROUPS', stream)
if groups.err or not last_delivered() then return {'NONE'} end
return {'RUNNING'}
