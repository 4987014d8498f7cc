-- Counts a page of a stream's entries.
--
-- ARGV   4 'UP' or 'DOWN': from the lowest, or from the highest; 5 lowest id; 6 highest id; 7 how many at most
-- Result {how many, id of the last one or ''}
-- Atomic because one reply is one moment. It is a script so that no body goes over the wire.

local page
if ARGV[4] == 'UP' then
  page = redis.call('XRANGE', stream, ARGV[5], ARGV[6], 'COUNT', ARGV[7])
else
  page = redis.call('XREVRANGE', stream, ARGV[6], ARGV[5], 'COUNT', ARGV[7])
end
return {#page, #page > 0 and page[#page][1] or ''}
