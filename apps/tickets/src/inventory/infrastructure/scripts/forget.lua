-- Forgets the stock of an event that nobody has touched for long: it is built again should somebody come. While anything
-- is held, ordered or remembered, or a demand fact is on its way, it stays. The caller keeps others from building it.
if loaded() then expire_due() end
if redis.call('ZCOUNT', deadlines, now, '+inf') > 0 or redis.call('XLEN', facts) > 0 then return { 'IN_USE' } end
redis.call('UNLINK', sale, holds, deadlines, accounts, facts, epoch, seats)
return { 'OK' }
