-- Units that an order had bought are free again. ARGV: 2 the load that was in use before anything of them was given back
-- in MongoDB (or empty: not known), 3 the order's hold id, 4 what is given back, as a hold, 5 the seating that names its
-- seats (or empty), 6 the number of the return among the order's.
-- Stock of that load knows them as sold, so they are added to it. Any other may have been built from some of what has
-- changed in MongoDB, and a reservation that has not ended would give its units back once more: then whoever comes next
-- builds the stock anew.
local back = cjson.decode(ARGV[4])

local function knows_them_as_sold()
  if not loaded() or redis.call('HGET', sale, 'load') ~= ARGV[2] then return false end
  if (redis.call('HGET', sale, 'seating') or '') ~= ARGV[5] then return false end
  local reservation = read_hold(ARGV[3])
  if reservation and reservation.status ~= 'SOLD' then return false end
  for _, line in ipairs(back.lines) do
    if not number('free:' .. line.ticketTypeId) then return false end
  end
  return true
end

if not knows_them_as_sold() then
  refuse_buildings()
  redis.call('HDEL', sale, 'generation')
  return { 'TO_BE_BUILT' }
end
-- When the connection breaks before the answer, the client sends what was under way again.
local id = ARGV[3] .. '/' .. ARGV[6]
if read_hold(id) then return { 'OK' } end
expire_due()
give_back(back, 'T')
finish(id, back, 'RETURNED')
return { 'OK' }
