-- Adds an entry, unless one was added under the same key within the window: then tells the id of that one.
--
-- KEYS   stream, marker; no others, and nothing stands in front of this script: see Script.Frame
-- ARGV   1 the window in ms; from 2: names and values in turn, 7,000 at most
-- Result the entry's id
-- Atomic so that a marker always tells of an entry that was added, and two producers with one key add one entry.

local id = redis.call('GET', KEYS[2])
if id then
  -- A write, so that WAIT waits for replicas that have this entry, also where another connection added it.
  redis.call('PEXPIRE', KEYS[2], math.max(redis.call('PTTL', KEYS[2]), 1))
  return id
end
-- Nothing yet; but who may not SET must not add either.
redis.call('SET', KEYS[2], '', 'XX', 'PX', ARGV[1])
id = redis.call('XADD', KEYS[1], '*', unpack(ARGV, 2))
redis.call('SET', KEYS[2], id, 'PX', ARGV[1])
return id
