-- Destroys a group and what we keep of it, at an operator's word. The entries stay in the stream.
--
-- ARGV   4 'FINISHED', or 'ANY' to do it even while entries are pending; 5 'ALONE', or 'ANY' to do it even while workers
--        are registered; 6 'KEEP' or 'DELETE' the dead letters
-- Result {'DESTROYED' | 'NONE' (there is none) | 'PENDING' | 'WORKERS' (not done), entries that were pending,
--        registered workers, dead letters that were deleted}
-- Atomic because something may be delivered, or a worker may start, between question and deed.

local registrations = 0
local rows = redis.call('HGETALL', info)
for i = 1, #rows, 2 do
  if string.sub(rows[i], 1, 1) ~= '~' then registrations = registrations + 1 end
end

local groups = redis.pcall('XINFO', 'GROUPS', stream)
local there = not groups.err and last_delivered()
local held = there and redis.call('XPENDING', stream, group)[1] or 0
if registrations > 0 and ARGV[5] ~= 'ANY' then return {'WORKERS', held, registrations, 0} end
if held > 0 and ARGV[4] ~= 'ANY' then return {'PENDING', held, registrations, 0} end

local letters = 0
local gone = 0
if ARGV[6] == 'DELETE' then
  letters = redis.call('XLEN', dead)
  gone = redis.call('DEL', dead)
end
gone = gone + redis.call('DEL', deferred, failures, workers, info, keeper, position)
if there then redis.call('XGROUP', 'DESTROY', stream, group) end
return {(there or gone > 0) and 'DESTROYED' or 'NONE', held, registrations, letters}
