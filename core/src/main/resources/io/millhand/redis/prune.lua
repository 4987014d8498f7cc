-- Trims the stream from its oldest entry up to an id, at an operator's word; or only tells what that would do.
--
-- ARGV   4 what lies below this id is to go; 5 'FINISHED': never past what some group has not finished, or 'PAST': past
--        it; 6 'TRIM' or 'LOOK'
-- Result {id from which on everything stays, the group that holds the stream there or '', groups, how many went}
-- Atomic because a group may be created, or may fall behind, between question and trimming.

local first, holder, groups = unfinished_from(ARGV[4])
if ARGV[5] == 'PAST' then
  first, holder = ARGV[4], nil
elseif groups == 0 then
  -- Nobody reads it yet: nobody has finished anything.
  first = '0-0'
end
local went = 0
if ARGV[6] == 'TRIM' then went = redis.call('XTRIM', stream, 'MINID', first) end
return {first, holder or '', groups, went}
