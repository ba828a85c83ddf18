-- The letters of the event's seats and their version. ARGV: 2 the version that the caller knows: then no letters.
if not loaded() then return { 'NOT_LOADED' } end
expire_due()
local version = number('seatVersion') or 0
if version == tonumber(ARGV[2]) then return { 'OK', version } end
return { 'OK', version, redis.call('GET', seats) or '', redis.call('HGET', sale, 'seating') or '' }
