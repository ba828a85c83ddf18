-- Takes the stock of an event that nobody has touched for long out of Redis: the next touch builds it again. Holds,
-- reservations and facts that wait keep it. MORE: there is more to be forgotten than one call may do.
-- ARGV: 2 how long the epoch stays in ms: longer than any building of the stock that may be under way
expire_due()
if redis.call('ZCOUNT', deadlines, '-inf', now) > 0 then return { 'MORE' } end
if redis.call('ZCARD', deadlines) > 0 or redis.call('XLEN', facts) > 0 then return { 'IN_USE' } end
redis.call('DEL', sale, holds, accounts, facts, seats)
redis.call('PEXPIRE', epoch, ARGV[2])
return { 'OK' }
