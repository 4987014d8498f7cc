-- Pauses the group for all its workers, which learn it with their next heartbeat.
--
-- ARGV   4 who, 5 why; a line each
-- Result {'PAUSED', what is stored now}, {'ALREADY', what was stored before}, or {'NONE'} without such a group
-- Atomic because two operators may do so at once: who was first, and why, must stay.

local groups = redis.pcall('XINFO', 'GROUPS', stream)
if groups.err or not last_delivered() then return {'NONE'} end
local before = redis.call('HGET', info, '~paused')
if before then return {'ALREADY', before} end
local time = now()
local text = 'who=' .. ARGV[4] .. '\nsince=' .. whole(time) .. '\nwhy=' .. ARGV[5] .. '\n'
redis.call('HSET', info, '~paused', text)
return {'PAUSED', text}
