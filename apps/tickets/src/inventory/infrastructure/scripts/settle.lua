-- The end of an order's reservation. ARGV: 2 hold id, 3 'SOLD' (its units are claimed for good) or 'RETURNED'.
-- A reservation that is not there any more, or has ended, is left alone: repeating this changes nothing.
if not loaded() then return { 'NOT_LOADED' } end
expire_due()
local hold = read_hold(ARGV[2])
if not hold or hold.status ~= 'ORDERED' then return { 'NOT_RESERVED' } end
if ARGV[3] == 'SOLD' then
  change_seats(hold, 'H', 'T')
  finish(ARGV[2], hold, 'SOLD')
else
  give_back(hold, 'H')
  finish(ARGV[2], hold, 'RETURNED')
end
return { 'OK' }
