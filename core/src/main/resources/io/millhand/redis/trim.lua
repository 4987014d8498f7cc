-- Trims the stream: what every group has finished, or down to a hard cap that the user asked for by name.
--
-- ARGV   4 'FINISHED' or 'CAP'; 5 for FINISHED the least age in ms, for CAP how many entries to keep
-- Result how many entries went
-- Atomic because a group may be created, or may fall behind, between question and trimming.

if not registered() then return 0 end
if ARGV[4] == 'CAP' then return redis.call('XTRIM', stream, 'MAXLEN', '~', ARGV[5]) end

local first, _, _, ours = unfinished_from(whole(math.max(0, now() - ARGV[5])) .. '-0')
-- Without our own group nobody can tell what it has finished: it is about to be made anew.
if not ours then return 0 end
return redis.call('XTRIM', stream, 'MINID', '~', first)
