-- The end of an order's reservation. ARGV: 2 hold id, 3 'SOLD' (its units are claimed for good) or 'RETURNED'.
-- Repeating it changes nothing. One that has ended otherwise (ENDED: with its time), or that is not known, is left alone.
if not loaded() then return { 'NOT_LOADED' } end
expire_due()
local hold = read_hold(ARGV[2])
if not hold then return { 'NOT_KNOWN' } end
if hold.status == ARGV[3] then return { 'OK' } end
if hold.status ~= 'ORDERED' then return { 'ENDED' } end
if ARGV[3] == 'SOLD' then
  change_seats(hold, 'H', 'T')
else
  give_back(hold, 'H')
end
finish(ARGV[2], hold, ARGV[3])
return { 'OK' }
