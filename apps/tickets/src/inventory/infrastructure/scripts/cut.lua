-- Takes the difference to a smaller capacity out of the free units, if there are so many. ARGV: 2 ticket type,
-- 3 the smaller capacity. Repeating it changes nothing, for the capacity that the free units belong to is noted.
if not loaded() then return { 'NOT_LOADED' } end
expire_due()
local ticket_type, wished = ARGV[2], tonumber(ARGV[3])
local capacity, free = number('capacity:' .. ticket_type), number('free:' .. ticket_type)
if not free then return { 'UNKNOWN_TICKET_TYPE' } end
local less = capacity - wished
if free < less then return { 'COMMITTED', capacity - free } end
-- It never adds: free units of a smaller capacity are those of a newer wish, and whoever asks was overtaken.
if less > 0 then
  redis.call('HSET', sale, 'free:' .. ticket_type, free - less, 'capacity:' .. ticket_type, wished)
end
return { 'OK' }
